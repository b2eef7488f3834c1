"""Feeds: how they fare, and which timetable they speak."""
