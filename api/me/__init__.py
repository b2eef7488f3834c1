"""A partner's own affairs: grants, requests, keys, needs."""
