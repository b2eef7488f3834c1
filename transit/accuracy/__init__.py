"""How right the forecasts were that were served: sampled as riders ask, judged when the vehicle comes."""
