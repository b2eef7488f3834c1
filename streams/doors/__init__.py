"""Doors: a feed comes in, one message for each line group in service goes out at every poll."""
