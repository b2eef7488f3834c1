"""The shelf: what data products there are, what each holds, on which terms."""
