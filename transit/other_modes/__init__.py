"""What a city offers beside buses and trains."""
