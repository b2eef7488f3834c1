"""Rules that say when a run calls at each stop ahead."""
