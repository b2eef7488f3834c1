"""What a partner used: now, today, this month, and what the audit says of it."""
