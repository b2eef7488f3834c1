"""Vehicles: where they are, on which run, how full."""
