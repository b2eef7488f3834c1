"""What an expired timetable is still good for: its last week, repeated."""

from datetime import date, timedelta


def day_that_serves(service_day: int, *, last_day: int) -> int:
    """The day whose timetable speaks for ``service_day``: itself; after the last, its weekday in the last week.

    Days are ``date.toordinal()``. An expired timetable is a better guess than none; who answers from it must say so.
    """
    if service_day <= last_day:
        return service_day
    weeks = -(-(service_day - last_day) // 7)
    return (date.fromordinal(service_day) - timedelta(weeks=weeks)).toordinal()
