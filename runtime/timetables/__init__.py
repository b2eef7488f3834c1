"""Timetables on disk: GTFS read from wherever it is, compiled files written, mapped and found by hash."""

from runtime.timetables.gtfs_source import read_gtfs
from runtime.timetables.timetable_file import DamagedTimetableError, load_timetable, save_timetable
from runtime.timetables.timetable_folder import TimetableFolder, find_timetable
from runtime.timetables.versions_file import list_version_files, read_versions, write_versions

__all__ = [
    "DamagedTimetableError",
    "TimetableFolder",
    "find_timetable",
    "list_version_files",
    "load_timetable",
    "read_gtfs",
    "read_versions",
    "save_timetable",
    "write_versions",
]
