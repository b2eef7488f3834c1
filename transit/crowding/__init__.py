"""How full a vehicle will be when it reaches the stop asked about: as probabilities, from what was last reported."""
