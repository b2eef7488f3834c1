"""``headway city realism``: how like a recording the simulated city is."""
