"""Forecasts as GTFS-realtime: trip updates, vehicle positions and alerts, whole or by line, protobuf or JSON."""
