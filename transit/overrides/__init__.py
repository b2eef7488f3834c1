"""The operator's hand: overrides applied to what a line group says, before any form of an answer reads it."""
