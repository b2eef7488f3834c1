"""Arrivals and departures at a stop or station."""
