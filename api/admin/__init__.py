"""The staff's surface, on a port of its own with its own login."""
