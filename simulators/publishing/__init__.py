"""How a simulated city reaches the world: the doors that real operators use, a file or a served URL."""
