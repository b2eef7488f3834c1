"""The town of the API's own tests."""

from tests.api.conftest import _at, city, timetable

__all__ = ["_at", "city", "timetable"]
