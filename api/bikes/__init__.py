"""Bike stations beside stops."""
