"""How lines run now, and when a stop's service day begins and ends."""
