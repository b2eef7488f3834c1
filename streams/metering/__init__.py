"""Usage from the API processes' reports into the ledger."""
