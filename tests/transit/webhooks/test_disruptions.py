"""What disrupts a line, under names that stay."""

import dataclasses

import numpy as np
from msgspec.structs import replace

from schemas.overrides import Override, OverrideKind
from schemas.service_alerts import FeedAlerts, InformedEntity, Period, ServiceAlert
from transit.timetable.compiled import Timetable
from transit.webhooks.disruptions import Disruptions

STRIKE = ServiceAlert("a", 1, 1, 1, (), (InformedEntity(line_id="bus"),), (("en", "Strike"),), (), (), since_ms=5)


def names(town: Timetable, *alerts: ServiceAlert, overrides: tuple[Override, ...] = (), at: float = 100.0) -> list[str]:
    said = [FeedAlerts("f", town.name, 5, alerts)]
    return [each.name for each in Disruptions(town, said, overrides, at).of_line("bus")]


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


def test_an_override_of_another_line_of_the_same_group_disrupts_only_that_line(town: Timetable) -> None:
    lines = [town.line_id[row] for row in range(len(town.line_id))]
    for other in lines:
        override = Override(id="o", kind=OverrideKind.DELAYS, line=f"{town.name}:{other}", starts_at=0, ends_at=200)
        table = town_of_one_group(town)
        disrupted = [line for line in lines if Disruptions(table, (), (override,), 100).of_line(line)]
        assert disrupted == [other]


def test_a_closed_stop_or_a_cancelled_run_disrupts_the_lines_that_call_or_run_there(town: Timetable) -> None:
    table = town_of_one_group(town)
    lines = [table.line_id[row] for row in range(len(table.line_id))]
    call = int(table.pattern_call_offset[0])
    stop, own = int(table.call_stop[call]), table.line_id[int(table.pattern_line[0])]
    closed = Override(
        id="o", kind=OverrideKind.CLOSE_STOP, stops=(f"{table.name}:{table.stop_id[stop]}",), starts_at=0, ends_at=200
    )
    calling = {table.line_id[int(table.pattern_line[table.call_pattern[at]])] for at in calls_at(table, stop)}
    assert own in calling
    assert calling < set(lines)
    board = Disruptions(table, (), (closed,), 100)
    assert {line for line in lines if board.of_line(line)} == calling
    trip = table.trip_id[0]
    run = Override(id="r", kind=OverrideKind.CANCEL_RUN, run=f"{table.name}:{trip}:20260216", starts_at=0, ends_at=200)
    board = Disruptions(table, (), (run,), 100)
    ran = table.line_id[int(table.pattern_line[table.trip_pattern[0]])]
    assert [line for line in lines if board.of_line(line)] == [ran]


def town_of_one_group(town: Timetable) -> Timetable:
    """The town as if all its lines were of one line group."""
    return dataclasses.replace(town, line_group=np.zeros_like(town.line_group))


def calls_at(table: Timetable, stop: int) -> list[int]:
    return [at for at in range(len(table.call_stop)) if int(table.call_stop[at]) == stop]


def test_what_disrupts_a_line_is_worked_out_once_however_many_ask(town: Timetable) -> None:
    board = Disruptions(town, [FeedAlerts("f", town.name, 5, (STRIKE,))], (), 100)
    assert board.of_line("bus") is board.of_line("bus")
    assert [each.feed for each in board.of_line("bus")] == ["f"]
