"""The live page: a map of vehicles and a stop's next arrivals, drawn from the public API alone."""
