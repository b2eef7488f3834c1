"""The audit as a partner can take it home and check it."""
