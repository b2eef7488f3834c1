"""The contract's clients, generated: types and calls that cannot say what the API does not take."""
