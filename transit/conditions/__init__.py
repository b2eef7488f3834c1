"""How a line runs: headways against those planned, waits, speed, and the day's first and last departures."""
