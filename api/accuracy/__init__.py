"""How right the arrival times were that were served."""
