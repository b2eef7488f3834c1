"""The API: one folder per domain, each answered from what this process already holds in memory."""
