"""Passages: when vehicles came and left, out of the archive."""
