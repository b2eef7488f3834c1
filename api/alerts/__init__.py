"""What agencies, operators and Headway itself say to riders."""
