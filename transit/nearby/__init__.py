"""What is around a rider: the stop across the street, and when to leave for the one ahead."""
