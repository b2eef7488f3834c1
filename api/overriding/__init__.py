"""Overrides as this process applies them."""
