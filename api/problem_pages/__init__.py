"""A page for every problem, at the address that its ``type`` names."""
