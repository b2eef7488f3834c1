"""Stops and stations: by id, by place, by name."""
