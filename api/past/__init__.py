"""Whole answers as they were at an earlier moment."""
