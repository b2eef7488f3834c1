"""Many stops, lines or vehicles in one request, each answered or refused on its own."""
