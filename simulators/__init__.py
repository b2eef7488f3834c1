"""Simulated vehicles and passengers, which use only the doors that real operators use."""
