"""The audit's chain: each entry is bound to all before it, so that none can be changed, removed or put in between."""
