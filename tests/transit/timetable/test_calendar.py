from datetime import date

import pytest

from transit.timetable.calendar import SPAN_DAYS_MAX, parse_service_day, read_services
from transit.timetable.faults import FaultList, TimetableError

HEADER = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"
DATES = "service_id,date,exception_type"


def _tables(weekly: list[str] | None = None, dates: list[str] | None = None) -> dict[str, bytes]:
    tables = {}
    if weekly is not None:
        tables["calendar.txt"] = "\n".join([HEADER, *weekly]).encode()
    if dates is not None:
        tables["calendar_dates.txt"] = "\n".join([DATES, *dates]).encode()
    return tables


def _days(tables: dict[str, bytes], faults: FaultList | None = None) -> dict[str, list[str]]:
    services = read_services(tables, faults or FaultList())
    return {
        service: [
            date.fromordinal(day).isoformat()
            for day in services.days[services.day_offset[row] : services.day_offset[row + 1]].tolist()
        ]
        for row, service in enumerate(services.ids)
    }


def test_a_weekly_calendar_alone_runs_on_its_weekdays_within_its_period() -> None:
    assert _days(_tables(["w,1,0,0,0,0,0,1,20260216,20260223"])) == {"w": ["2026-02-16", "2026-02-22", "2026-02-23"]}


def test_dates_alone_make_a_calendar() -> None:
    dates = ["x,20260105,1", "x,20260103,1", "y,20260104,1"]
    assert _days(_tables(dates=dates)) == {"x": ["2026-01-03", "2026-01-05"], "y": ["2026-01-04"]}


def test_dates_add_to_and_take_from_the_week() -> None:
    tables = _tables(["w,1,1,0,0,0,0,0,20260216,20260222"], ["w,20260217,2", "w,20260221,1"])
    assert _days(tables) == {"w": ["2026-02-16", "2026-02-21"]}


def test_an_empty_calendar_file_beside_dates_is_no_fault() -> None:
    faults = FaultList()
    tables = {"calendar.txt": b"", **_tables(dates=["x,20260105,1"])}
    assert _days(tables, faults) == {"x": ["2026-01-05"]}
    assert faults.written() == ()


def test_a_service_that_never_runs_is_listed() -> None:
    faults = FaultList()
    _days(_tables(["w,1,1,1,1,1,1,1,20260216,20260222", "never,0,0,0,0,0,0,0,20260216,20260222"]), faults)
    assert faults.written() == ("calendar.txt: service 'never' runs on no day",)


def test_a_feed_in_which_nothing_ever_runs_is_refused() -> None:
    with pytest.raises(TimetableError, match="no service runs on any day"):
        _days(_tables(["w,0,0,0,0,0,0,0,20260216,20260222"]))


def test_a_period_that_is_none_is_left_out_with_its_line() -> None:
    faults = FaultList()
    _days(_tables(["w,1,1,1,1,1,1,1,20260216,20260222", "v,1,1,1,1,1,1,1,20260301,20260222"]), faults)
    assert faults.written() == ("calendar.txt:3: its start_date and end_date are no period; row left out",)


def test_a_calendar_for_ever_is_cut() -> None:
    days = _days(_tables(["w,1,1,1,1,1,1,1,20000101,20991231"]))["w"]
    assert len(days) == SPAN_DAYS_MAX + 1


@pytest.mark.parametrize(
    "written",
    ["", "20260230", "2026-02-1", "x0260101", "202601011", "\uff12\uff10\uff12\uff16\uff10\uff11\uff10\uff11"],
)
def test_what_is_no_date_is_no_service_day(written: str) -> None:
    assert parse_service_day(written) == -1
