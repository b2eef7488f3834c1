"""Recordings of feeds: what came in, as it came, kept so that a kill loses at most the message being written."""
