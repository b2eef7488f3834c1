from collections.abc import Callable
from datetime import date

from transit.timetable.compiled import Timetable
from transit.timetable.services_on import is_service_on, services_on

TODAY = date(2026, 2, 16).toordinal()


def test_services_run_on_their_days(make_timetable: Callable[..., Timetable]) -> None:
    timetable = make_timetable()
    assert services_on(timetable, TODAY).tolist() == [True]
    assert services_on(timetable, date(2027, 1, 1).toordinal()).tolist() == [False]
    assert is_service_on(timetable, 0, date(2026, 12, 31).toordinal())
    assert not is_service_on(timetable, 0, date(2027, 1, 1).toordinal())
