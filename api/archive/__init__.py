"""Derived products: what a reviewed query found in the archive, and nothing it was found in."""
