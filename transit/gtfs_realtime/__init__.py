"""Forecasts as GTFS-realtime 2.0 messages: trip updates, vehicle positions, and alerts of what is seen to go wrong."""
