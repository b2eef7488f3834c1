"""What disrupts a line, under names that stay."""

from msgspec.structs import replace

from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, InformedEntity, Period, ServiceAlert
from transit.timetable.compiled import Timetable
from transit.webhooks.disruptions import list_disruptions

STRIKE = ServiceAlert("a", 1, 1, 1, (), (InformedEntity(line_id="bus"),), (("en", "Strike"),), (), (), since_ms=5)


def names(town: Timetable, *alerts: ServiceAlert, overrides: tuple[Override, ...] = (), at: float = 100.0) -> list[str]:
    said = [FeedAlerts("f", town.name, 5, alerts)]
    return [each.name for each in list_disruptions("bus", town, said, overrides, at)]


def test_a_door_that_starts_anew_makes_no_new_disruption_and_other_words_do(town: Timetable) -> None:
    first = names(town, STRIKE)
    assert len(first) == 1
    assert names(town, replace(STRIKE, since_ms=9)) == first
    assert names(town, replace(STRIKE, header=(("en", "Strike until noon"),))) != first


def test_what_is_not_in_force_disrupts_nothing_or_is_about_another_line_or_has_no_effect(town: Timetable) -> None:
    assert names(town, replace(STRIKE, periods=(Period(200, 300),))) == []
    assert names(town, replace(STRIKE, informed=(InformedEntity(line_id="metro"),))) == []
    assert names(town, replace(STRIKE, effect=10)) == []


def test_an_operators_override_disrupts_its_line(town: Timetable) -> None:
    override = Override(id="o", kind=OverrideKind.CANCEL_LINE, line=f"{town.name}:bus", starts_at=0, ends_at=200)
    assert names(town, overrides=(override,)) == ["operator:o"]
    assert names(town, overrides=(override,), at=300.0) == []
