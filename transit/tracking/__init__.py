"""The tracker's rules: from a line's reports to places, passages and forecasts, one message at a time."""
