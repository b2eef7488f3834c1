"""The timetable: GTFS compiled once into immutable arrays that every process maps."""
