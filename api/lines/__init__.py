"""Lines, their patterns, stops and shapes."""
