"""Stops around a place with what comes next at each, and when to leave for it."""
