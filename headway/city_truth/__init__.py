"""The simulated city's exact truth on topics of its own: written by the city, read by scoring."""
