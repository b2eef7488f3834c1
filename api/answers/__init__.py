"""Answers of the past, taken apart."""
