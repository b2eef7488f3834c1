"""What staff can do to the ledger: each act with its arguments, its role, and whether a second of them must confirm."""
