"""What a rider is told: forecasts and timetable joined into answers. Pure rules; the time of asking is an argument."""
