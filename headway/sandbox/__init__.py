"""``headway sandbox``: the real API over a scenario with a clock that a partner steps."""
