"""Coverage: which runs are due, which are tracked, and why others are not."""
