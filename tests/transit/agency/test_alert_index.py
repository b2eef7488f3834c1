"""Which alerts speak of a line, a stop or a run."""

from collections.abc import Callable

import pytest

from schemas.service_alerts import InformedEntity, ServiceAlert
from transit.agency.alert_index import AlertIndex, FeedAlert
from transit.timetable.compiled import Timetable


def alert(alert_id: str, *informed: InformedEntity) -> FeedAlert:
    return FeedAlert("feed", ServiceAlert(alert_id, 1, 1, 1, (), informed, (), (), ()))


def ids(found: list[FeedAlert]) -> list[str]:
    return [each.alert.id for each in found]


@pytest.fixture
def index(draw: Callable[..., Timetable]) -> AlertIndex:
    line, trip = InformedEntity(line_id="bus"), InformedEntity(trip_id="out-1")
    return AlertIndex([alert("line", line), alert("trip", trip), alert("both", line, trip)], draw())


def test_a_run_is_told_what_is_said_of_its_line_and_of_its_own_trip(index: AlertIndex) -> None:
    assert ids(index.of_run("out-1", "bus")) == ["line", "trip", "both"]


def test_what_is_said_of_another_trip_is_not_told_of_a_run_unless_the_line_is_named_too(index: AlertIndex) -> None:
    assert ids(index.of_run("out-2", "bus")) == ["line", "both"]


def test_a_line_and_its_stops_are_told_what_is_said_of_its_trips(index: AlertIndex) -> None:
    assert ids(index.of_line("bus")) == ["line", "trip", "both"]
    assert ids(index.at_stop((), ("bus",))) == ["line", "trip", "both"]
    assert ids(index.of_line("metro")) == []
