"""Partners' own ids of stops and lines, matched with a timetable's."""
