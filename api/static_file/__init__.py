"""What partners keep of a timetable: one compressed file a version, and what a version changed."""
