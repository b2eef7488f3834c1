"""The days on which the generated city runs its weekday and its weekend timetable."""

from datetime import date

FIRST_YEAR, LAST_YEAR = 2025, 2032
SERVICE_IDS = {"weekday": "WD", "weekend": "WE"}

Row = tuple[str | int | float, ...]


def list_calendar() -> list[Row]:
    """Rows of calendar.txt: service, Monday to Sunday, first and last day."""
    span = (f"{FIRST_YEAR}0101", f"{LAST_YEAR}1231")
    return [("WD", 1, 1, 1, 1, 1, 0, 0, *span), ("WE", 0, 0, 0, 0, 0, 1, 1, *span)]


def list_calendar_dates() -> list[Row]:
    """Rows of calendar_dates.txt: National Day's three days off, and a make-up working Saturday before them."""
    rows: list[Row] = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for day in (1, 2, 3):
            off = date(year, 10, day)
            if off.weekday() < 5:
                rows += [("WD", off.strftime("%Y%m%d"), 2), ("WE", off.strftime("%Y%m%d"), 1)]
        saturday = next(day for day in range(27, 20, -1) if date(year, 9, day).weekday() == 5)
        rows += [("WE", f"{year}09{saturday}", 2), ("WD", f"{year}09{saturday}", 1)]
    return rows
