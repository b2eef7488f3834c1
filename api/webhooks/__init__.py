"""A partner's webhooks: what it wants to be told, where, and what became of it."""
