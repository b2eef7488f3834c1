"""Making a believable transit network of our own: streets, lines, timetables and names, written as GTFS."""
