"""A line of two feeds: each owner's words hold for its own vehicles, in every part of the value."""

from msgspec.structs import replace

from schemas.line_forecasts import (
    LOAD_COLUMNS,
    NO_LOAD,
    NO_TIME,
    LineFeed,
    LineForecasts,
    Passage,
    decode_public,
    encode_public,
)
from tests.transit.grants.test_redact import every_line, rows_of, run, value
from transit.grants.fields import ALL, CROWDING, EXPECTED, OCCUPANCY, POSITION, SPREAD, VEHICLE
from transit.grants.reach import Reach
from transit.grants.redact import redact


def passage(feed: str) -> Passage:
    return Passage("1", f"t-{feed}", 20260216, None, "101", "a", 1, 0, "arrival", 900, 890, 910, feed)


def two_feeds(*, rail_down: int | None = None) -> LineForecasts:
    """Vehicle 101 of each of two feeds on one line; the value answers a message of ``rail``."""
    runs = replace(run("1", "101", 2), feed="bus"), replace(run("1", "101", 1), feed="rail", trip_id="t-rail")
    return replace(
        value(*runs),
        feed="rail",
        loads=bytes(range(3 * LOAD_COLUMNS)),
        passages=(passage("bus"), passage("rail")),
        feeds=(LineFeed("bus", 1_000, None), LineFeed("rail", 1_010, rail_down)),
    )


def test_what_one_owner_withholds_is_told_of_the_others_vehicles_alone() -> None:
    withheld = frozenset({VEHICLE, POSITION, SPREAD, CROWDING, OCCUPANCY})
    whole = two_feeds()
    told = redact(whole, Reach(withheld={"bus": withheld}), every_line)
    bus, rail = told.runs
    assert (bus.vehicle_id, bus.latitude, bus.occupancy_percentage, bus.carriages) == ("", None, None, ())
    assert rail == whole.runs[1]
    assert rows_of(told) == [[NO_TIME, 1, NO_TIME, NO_TIME, 4, NO_TIME], [NO_TIME, 7, NO_TIME, NO_TIME, 10, NO_TIME],
                             rows_of(whole)[2]]  # fmt: skip
    assert told.loads == bytes((NO_LOAD,)) * 2 * LOAD_COLUMNS + whole.loads[2 * LOAD_COLUMNS :]
    assert [each.vehicle_id for each in told.passages] == ["", "101"]


def test_whose_poll_a_value_answers_makes_no_difference_to_what_is_told() -> None:
    reach = Reach(withheld={"bus": frozenset({VEHICLE, EXPECTED})})
    whole = two_feeds()
    assert replace(redact(whole, reach, every_line), feed="") == replace(
        redact(replace(whole, feed="bus"), reach, every_line), feed=""
    )


def test_of_a_feed_that_gives_nothing_nothing_is_told_not_even_its_name_or_that_it_is_down() -> None:
    whole = two_feeds(rail_down=1_005)
    told = redact(whole, Reach(withheld={"rail": ALL}), every_line)
    assert [each.feed for each in told.runs] == ["bus"]
    assert rows_of(told) == rows_of(whole)[:2]
    assert [each.feed for each in told.passages] == ["bus"]
    assert (told.feed, told.feeds, told.feed_down_since) == ("bus", (LineFeed("bus", 1_000, None),), None)
    assert (told.conditions.vehicles, told.conditions.matched, told.conditions.unmatched) == (1, 1, {})
    assert b"rail" not in encode_public(told)


def test_a_run_without_a_vehicle_is_told_where_every_feed_of_the_line_gives_it() -> None:
    whole = two_feeds()
    cancelled = replace(run("1", "", 0), trip_id="cancelled")
    whole = replace(whole, runs=(*whole.runs, cancelled))
    assert redact(whole, Reach(withheld={"bus": frozenset({VEHICLE})}), every_line).runs[2].trip_id == "cancelled"
    assert len(redact(whole, Reach(withheld={"rail": ALL}), every_line).runs) == 1


def test_values_of_before_feeds_were_told_apart_are_read_and_held_to_their_one_feed() -> None:
    packed = encode_public(value(run("1", "a", 1)))
    older = decode_public(packed)
    assert older.name_vehicle(older.runs[0]) == "town:a"
    told = redact(older, Reach(withheld={"town": frozenset({VEHICLE})}), every_line)
    assert told.runs[0].vehicle_id == ""
    assert redact(older, Reach(withheld={"bus": frozenset({VEHICLE})}), every_line) == older
