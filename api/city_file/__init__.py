"""A whole city's forecasts as one compressed file, made by a process of its own and renewed every few seconds."""
