from collections.abc import Callable
from datetime import date

from transit.timetable.compiled import Timetable
from transit.timetable.services_on import services_on

TODAY = date(2026, 2, 16).toordinal()


def test_services_run_on_their_days(make_timetable: Callable[..., Timetable]) -> None:
    timetable = make_timetable()
    assert services_on(timetable, TODAY).tolist() == [True]
    assert services_on(timetable, date(2027, 1, 1).toordinal()).tolist() == [False]
    assert services_on(timetable, date(2026, 12, 31).toordinal()).tolist() == [True]
