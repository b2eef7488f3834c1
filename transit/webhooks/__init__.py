"""When a webhook's event has come, and what is said of it."""
