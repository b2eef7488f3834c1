"""What an agency says, in every form of an answer."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from api.alerts.agency_alerts import list_agency_alerts
from api.arrivals.said_here import list_said, list_said_of_run
from api.arrivals.stop_view import find_stop
from api.overriding.watch import OverrideWatch
from api.reached.view_for import reached
from schemas.service_alerts import FeedAlerts, InformedEntity, Period, ServiceAlert
from transit.agency.heard import HEARD_WITHIN_S
from transit.grants.area import Area
from transit.grants.fields import ALL
from transit.grants.reach import Reach

City = Any
Ask = Callable[..., Any]
Say = Callable[..., None]
RUN = "town:t1-12:20260216"
SIRI = "{http://www.siri.org.uk/siri}"


def alert(effect: int, *informed: InformedEntity, **said: Any) -> ServiceAlert:
    words: dict[str, Any] = {"header": (("en", "Parade"), ("zh", "游行")), "description": (), "url": ()}
    return ServiceAlert("a1", 10, effect, 3, said.pop("periods", ()), informed, **(words | said), since_ms=1_000)


@pytest.fixture
def say(city: City) -> Say:
    """Has the agency's feed hold these alerts and no others."""
    city.tell("1", city.run("t1-12", 1, 3))
    city.view.take_feeds({"town": city.feed()}, city.now)
    watch = city.api.streams.overrides
    assert isinstance(watch, OverrideWatch)

    def hold(*alerts: ServiceAlert, at_ms: int = 1_000) -> None:
        city.view.said.read = {"town": FeedAlerts("town", "town", at_ms, alerts)}
        watch.apply(city.now)

    return hold


async def _at(ask: Ask, stop: str, run: str = RUN) -> Any:
    return next(each for each in (await ask(f"/v1/stops/town%3A{stop}/arrivals"))["arrivals"] if each["run_id"] == run)


async def test_a_closed_stop_is_passed_by_and_told_in_every_form(ask: Ask, client: Any, say: Say) -> None:
    say(alert(pb.Alert.NO_SERVICE, InformedEntity(stop_id="C")))
    assert (await _at(ask, "C"))["verdict"] == "not_coming"
    assert (await _at(ask, "B"))["verdict"] == "expected"
    warned = (await ask("/v1/stops/town%3AC/arrivals"))["warnings"]
    assert [(each["detail"], each["effect"], each["alert_id"]) for each in warned] == [
        ("Parade / 游行", "no_service", "a1")
    ]
    told = (await ask("/v1/alerts"))["alerts"]
    assert [(each["id"], each["source"], each["header"]["en"]) for each in told] == [("town:a1", "agency", "Parade")]
    feed = pb.FeedMessage.FromString((await client.get("/v1/gtfs-realtime/alerts.pb?timetable=town")).content)
    assert [(e.id, e.alert.effect, e.alert.informed_entity[0].stop_id) for e in feed.entity] == [("a1", 1, "C")]
    updates = pb.FeedMessage.FromString((await client.get("/v1/gtfs-realtime/trip-updates.pb?line=town:1")).content)
    skipped = [u.stop_id for u in updates.entity[0].trip_update.stop_time_update if u.schedule_relationship == 1]
    assert skipped == ["C"]
    written = (await client.get("/v1/siri/situation-exchange.xml?LineRef=town:1")).text
    siri = ET.fromstring(written)  # noqa: S314 - our own answer
    assert [each.text for each in siri.iter(f"{SIRI}SituationNumber")] == ["town:a1"]
    assert [each.text for each in siri.iter(f"{SIRI}Summary")] == ["Parade", "游行"]


@pytest.mark.parametrize(
    ("effect", "informed", "verdict", "reason"),
    [
        (pb.Alert.NO_SERVICE, InformedEntity(trip_id="t1-12"), "not_coming", "cancelled"),
        (pb.Alert.NO_SERVICE, InformedEntity(trip_id="t1-12", start_date=20260216), "not_coming", "cancelled"),
        (pb.Alert.NO_SERVICE, InformedEntity(trip_id="t1-12", start_date=20260217), "expected", None),
        (pb.Alert.NO_SERVICE, InformedEntity(line_id="1"), "not_coming", "cancelled"),
        (pb.Alert.NO_SERVICE, InformedEntity(line_id="1", direction_id=1), "expected", None),
        (pb.Alert.NO_SERVICE, InformedEntity(line_id="2"), "expected", None),
        (pb.Alert.NO_SERVICE, InformedEntity(agency_id="T"), "expected", None),
        (pb.Alert.DETOUR, InformedEntity(line_id="1", stop_id="B"), "not_coming", "detour"),
        (pb.Alert.DETOUR, InformedEntity(line_id="1"), "expected", None),
        (pb.Alert.SIGNIFICANT_DELAYS, InformedEntity(line_id="1"), "at_risk", "delays"),
        (pb.Alert.STOP_MOVED, InformedEntity(stop_id="B"), "expected", None),
    ],
)
async def test_an_effect_edits_the_forecasts_of_those_it_names(
    ask: Ask, say: Say, effect: int, informed: InformedEntity, verdict: str, reason: str | None
) -> None:
    say(alert(effect, informed))
    told = await _at(ask, "B")
    assert (told["verdict"], told["verdict_reason"]) == (verdict, reason)


async def test_an_alert_that_names_a_frequencys_trip_without_a_start_cancels_all_of_its_runs(
    city: City, ask: Ask, client: Any, say: Say, at: Callable[[str], int]
) -> None:
    city.now = at("2026-02-16 09:05:00")
    city.view.take_feeds({"town": city.feed()}, city.now)
    say(alert(pb.Alert.NO_SERVICE, InformedEntity(trip_id="t4-0")))
    city.tell("4", city.run("t4-0", 1, 2, start_time_s=9 * 3600))
    told = (await ask("/v1/stops/town:E/arrivals", lines="town:4"))["arrivals"]
    assert {each["run_id"].rpartition(":")[2] for each in told} == {"32400", "33300", "34200", "35100"}
    assert {each["verdict"] for each in told} == {"not_coming"}
    updates = pb.FeedMessage.FromString((await client.get("/v1/gtfs-realtime/trip-updates.pb?line=town:4")).content)
    named = [entity.trip_update.trip for entity in updates.entity]
    assert [(trip.start_time, trip.schedule_relationship) for trip in named] == [
        (start, pb.TripDescriptor.CANCELED) for start in ("09:00:00", "09:15:00", "09:30:00", "09:45:00")
    ]


async def test_a_headway_whose_trip_an_alert_cancels_is_not_told_to_come(ask: Ask, say: Say) -> None:
    say(alert(pb.Alert.NO_SERVICE, InformedEntity(trip_id="t3-0")))
    assert [each["verdict"] for each in (await ask("/v1/stops/town:B/arrivals", lines="town:3"))["arrivals"]] == [
        "not_coming"
    ]


async def test_a_run_that_no_vehicle_is_on_is_edited_too(ask: Ask, say: Say) -> None:
    say(alert(pb.Alert.SIGNIFICANT_DELAYS, InformedEntity(line_id="1")))
    told = await _at(ask, "B", "town:t1-13:20260216")
    assert (told["vehicle_id"], told["basis"], told["verdict"]) == (None, "schedule", "at_risk")
    say(alert(pb.Alert.NO_SERVICE, InformedEntity(line_id="1")))
    assert (await _at(ask, "B", "town:t1-13:20260216"))["verdict"] == "not_coming"


async def test_a_line_of_which_nothing_was_heard_yet_is_edited_too(ask: Ask, say: Say) -> None:
    say(alert(pb.Alert.NO_SERVICE, InformedEntity(line_id="2")))
    told = (await ask("/v1/stops/town%3AE/arrivals?lines=town:2"))["arrivals"]
    assert {each["verdict"] for each in told} == {"not_coming"}


async def test_an_alert_holds_only_within_its_periods_and_ends_by_itself(city: City, ask: Ask, say: Say) -> None:
    now = int(city.now)
    held = alert(pb.Alert.NO_SERVICE, InformedEntity(stop_id="B"), periods=(Period(now + 60, now + 120),))
    say(held)
    assert (await _at(ask, "B"))["verdict"] == "expected"
    assert (await ask("/v1/alerts"))["alerts"] == []
    city.now = now + 60.0
    say(held)
    assert (await _at(ask, "B"))["verdict"] == "not_coming"
    city.now = now + 120.0
    say(held)
    assert (await _at(ask, "B", "town:t1-13:20260216"))["verdict"] != "not_coming"


async def test_what_a_feed_said_is_over_when_it_was_not_heard_for_half_an_hour(city: City, ask: Ask, say: Say) -> None:
    now = int(city.now)
    held = alert(pb.Alert.NO_SERVICE, InformedEntity(line_id="1"))
    states: dict[str, dict[str, Any]] = {
        "polled just now": {"town": city.feed()},
        "down for minutes": {"town": city.feed(down_since=now - 600, polled_at=now)},
        "down for long": {"town": city.feed(down_since=now - HEARD_WITHIN_S, polled_at=now)},
        "polled by nobody": {"town": city.feed(polled_at=now - HEARD_WITHIN_S)},
        "known to nobody": {},
    }
    told = {}
    for state, feeds in states.items():
        city.view.take_feeds(feeds, city.now)
        say(held)
        told[state] = (len((await ask("/v1/alerts"))["alerts"]), (await _at(ask, "B"))["verdict"])
    assert told == {
        "polled just now": (1, "not_coming"),
        "down for minutes": (1, "not_coming"),
        "down for long": (0, "expected"),
        "polled by nobody": (0, "expected"),
        "known to nobody": (0, "expected"),
    }


async def test_streams_are_told_of_a_line_again_when_an_alert_begins_and_when_it_ends(city: City, say: Say) -> None:
    hub, now_ms = city.api.streams.hub, int(city.now) * 1000
    say(alert(pb.Alert.NO_SERVICE, InformedEntity(line_id="1")))
    began = dict(hub.edited)
    say(at_ms=now_ms)
    assert (began, hub.edited) == ({"town:1": 1_000}, {"town:1": now_ms})


async def test_who_is_granted_one_line_is_not_told_what_is_said_of_others(city: City, say: Say) -> None:
    say(alert(pb.Alert.DETOUR, InformedEntity(line_id="1"), InformedEntity(line_id="2")))
    view = reached(city.view, Reach(areas=(Area(lines=frozenset({"town:2"})),)))
    told = [pb.FeedMessage.FromString(each.packed) for each in list_agency_alerts(view, "", "", with_names=True)]
    assert [[e.route_id for e in feed.entity[0].alert.informed_entity] for feed in told] == [["town:2"]]
    none = reached(city.view, Reach(areas=(Area(lines=frozenset({"town:3"})),)))
    assert list(list_agency_alerts(none, "", "", with_names=True)) == []


async def test_a_feed_that_a_grant_does_not_reach_warns_nobody_by_it(city: City, say: Say) -> None:
    say(alert(pb.Alert.DETOUR, InformedEntity(line_id="1")))
    areas = (Area(lines=frozenset({"town:1"})),)
    warned = {}
    withheld: dict[str, frozenset[str]]
    for withheld in ({}, {"town": ALL}):
        view = reached(city.view, Reach(areas=areas, withheld=withheld))
        compiled = view.find_in_force("town")
        assert compiled is not None
        at_stop = list_said(view, find_stop(view, "town:B"))
        warned[len(withheld)] = [len(list(at_stop)), len(list(list_said_of_run(view, compiled, "t1-12", "1")))]
    assert list(warned.values()) == [[1, 1], [0, 0]]


async def test_a_run_is_warned_of_what_is_said_of_its_line_and_trip(ask: Ask, say: Say) -> None:
    say(alert(pb.Alert.DETOUR, InformedEntity(trip_id="t1-13")))
    runs = {number: await ask(f"/v1/runs/town%3At1-{number}%3A20260216") for number in (12, 13)}
    assert [len(runs[number]["warnings"]) for number in (12, 13)] == [0, 1]


async def test_an_unknown_timetable_or_line_is_refused(client: Any, say: Say) -> None:
    say()
    for query in ("timetable=nowhere", "line=town:Z"):
        assert (await client.get(f"/v1/alerts?{query}")).status_code in (404, 422)
