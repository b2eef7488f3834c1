"""Recordings replayed beside the live service: each in a namespace, and a tree of processes, of its own."""
