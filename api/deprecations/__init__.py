"""What is to go from the API, and how partners are told in time."""
