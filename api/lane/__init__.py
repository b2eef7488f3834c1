"""The lane in front of the application: key, quota, rendered answer. The rest goes on to it."""
