"""What an operator reads on the loopback port: lag, age, counts, metrics."""
