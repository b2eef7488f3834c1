"""Webhooks: what partners wait for is noted in the ledger once, then sent until it arrives."""
