"""How crowded stations and platforms are."""
