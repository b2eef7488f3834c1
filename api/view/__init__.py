"""This process's memory of all lines: kept up to date in the background, so that no request awaits the network."""
