"""What people agree on, in SQL: partners, keys, plans, leased quota, usage and the record of every change."""
