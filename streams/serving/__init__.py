"""Serving: the lines' latest values into the store, and word of each to the API processes."""
