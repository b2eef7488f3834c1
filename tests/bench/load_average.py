"""What else the machine did: to be read beside every figure."""

import os


def say_load() -> str:
    """The machine's cores and its load averages over 1, 5 and 15 minutes."""
    averages = " ".join(f"{average:.1f}" for average in os.getloadavg())
    return f"{os.cpu_count()} cores, load average {averages}"
