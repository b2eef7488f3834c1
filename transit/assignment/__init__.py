"""Which line group a report belongs to, and which line groups are to hear of a poll: the door's rules."""
