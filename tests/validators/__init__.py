"""GTFS-realtime validators over our feeds: `python -m tests.validators --help`."""
