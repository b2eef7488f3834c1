"""``headway compare``: one recording, two versions of a history file or of a timetable."""
