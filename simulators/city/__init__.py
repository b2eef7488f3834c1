"""A city's vehicles and passengers on any timetable: who drives when, through what traffic, with how many aboard."""
