"""What a partner asks about its own affairs: who it is, and the ledger behind the answers."""
