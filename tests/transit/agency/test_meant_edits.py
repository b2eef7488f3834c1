"""What an alert means is worked out once in ten minutes, and until when a silent feed's word holds."""

from typing import Any

import pytest

from schemas.service_alerts import FeedAlerts, InformedEntity, ServiceAlert
from transit.agency.alert_edits import list_edits
from transit.agency.heard import HEARD_WITHIN_S, holds_until
from transit.agency.meant_edits import ANEW_EVERY_S, MeantEdits
from transit.timetable.compiled import Timetable

STRIKE = ServiceAlert("a", 1, 1, 1, (), (InformedEntity(line_id="bus"),), (), (), (), since_ms=5)
NOW = 1_764_093_600.0


def test_an_alert_is_worked_out_once_until_ten_minutes_or_its_feeds_words_are_over(
    town: Timetable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def count(*said: Any) -> Any:
        asked.append(said[3])
        return list_edits(*said)

    monkeypatch.setattr("transit.agency.meant_edits.list_edits", count)
    meant, said = MeantEdits(), FeedAlerts("f", town.name, 5, (STRIKE,))
    first = meant.list_of(said, STRIKE, town, NOW)
    assert [each.line for each in first] == [f"{town.name}:bus"]
    assert meant.list_of(said, STRIKE, town, NOW + 59) is first
    assert meant.list_of(said, STRIKE, town, NOW + ANEW_EVERY_S) == first
    meant.list_of(FeedAlerts("f", town.name, 6, (STRIKE,)), STRIKE, town, NOW + ANEW_EVERY_S)
    assert asked == [NOW, NOW + ANEW_EVERY_S, NOW + ANEW_EVERY_S]


def test_a_feed_that_nobody_knows_holds_nothing() -> None:
    assert holds_until(None) == 0
    assert HEARD_WITHIN_S == 1800
