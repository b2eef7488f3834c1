"""Runs: one trip on one service date, with all its calls."""
