"""What lies outside a reach is told by no part of an answer and by no refusal."""

from typing import Any

import pytest

from api.bikes.shelf import BikeSystem
from api.lane.kinds import ARCHIVE, kind_of
from api.reached.view_for import reached
from api.refusal import Refusal
from api.streaming.parse_wanted import Asked, parse_wanted
from schemas.overrides import Override, OverrideKind
from transit.grants.area import Area, Box
from transit.grants.fields import ALL
from transit.grants.reach import EVERYTHING, Reach
from transit.other_modes.gbfs import BikeStation

NORTH = Reach(areas=(Area(box=Box(40.015, -76.0, 41.0, -74.0)),))
"""Stops C and D of line 1 lie in it, A and B do not."""
LOOP = Reach(areas=(Area(lines=frozenset({"town:2"})),))


@pytest.fixture(autouse=True)
def _vehicles(city: Any) -> None:
    city.tell("1", city.run("t1-12", 1, 3))


async def test_why_knows_no_call_and_no_leg_outside_the_box(asked: Any) -> None:
    path = "/v1/runs/town:t1-12:20260216/why?stop_sequence={}"
    hidden, absent = await asked(path.format(20), NORTH), await asked(path.format(999), NORTH)
    assert hidden.status_code == absent.status_code == 422
    assert hidden.json()["detail"].replace("call 20;", "call 999;") == absent.json()["detail"]
    assert "it has 30, 40." in absent.json()["detail"]
    told = (await asked(path.format(40), NORTH)).json()
    assert {leg["to"]["id"] for leg in told["legs"]} <= {"town:C", "town:D"}


@pytest.mark.parametrize(
    "path",
    ["/v1/lines/town:1", "/v1/lines/town:1/conditions", "/v1/stops/town:C/first-last", "/v1/lines/town:1/vehicles"],
)
async def test_no_part_of_an_answer_names_a_stop_outside_the_box(asked: Any, path: str) -> None:
    south = Reach(areas=(Area(box=Box(39.0, -76.0, 40.025, -74.0)),))
    for reach, outside in ((NORTH, ("A", "B", "E", "F")), (south, ("D", "S1", "Q/1"))):
        answered = await asked(path, reach)
        assert not [stop for stop in outside if f'"town:{stop}"' in answered.text], answered.text


async def test_a_vehicle_outside_the_box_is_as_unknown_as_one_that_is_nowhere(asked: Any) -> None:
    hidden, absent = await asked("/v1/vehicles/town:v-t1-12", NORTH), await asked("/v1/vehicles/town:v-none", NORTH)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json()["detail"].replace("v-t1-12", "") == absent.json()["detail"].replace("v-none", "")


async def test_words_about_a_line_outside_are_not_told_at_a_stop_it_shares(asked: Any, city: Any) -> None:
    def said(name: str, kind: OverrideKind, **about: Any) -> Override:
        now = int(city.now)
        return Override(
            id=name, kind=kind, starts_at=now - 60, ends_at=now + 60, text_en=f"Words {name}", actor="Li",
            made_at_ms=0, **about,
        )  # fmt: skip

    told = [
        said("line", OverrideKind.CANCEL_LINE, line="town:1"),
        said("call", OverrideKind.SKIP_STOP, line="town:1", stops=("town:B",)),
        said("run", OverrideKind.CANCEL_RUN, run="town:t1-12:20260216"),
        said("stop", OverrideKind.CLOSE_STOP, stops=("town:B",)),
        said("own", OverrideKind.DELAYS, line="town:2"),
    ]
    city.api.streams.overrides.take(told, city.now)
    for reach, words in ((Reach(), {"line", "call", "run", "stop", "own"}), (LOOP, {"stop", "own"})):
        warnings = (await asked("/v1/stops/town:B/arrivals", reach)).json()["warnings"]
        assert {each["detail"] for each in warnings if each["code"] == "service_alert"} == {f"Words {n}" for n in words}


def test_what_an_owner_withholds_is_withheld_of_lines_on_which_nothing_is_live(city: Any) -> None:
    for withheld, told in ((ALL, frozenset()), (frozenset({"vehicle"}), ALL - {"vehicle"})):
        view = reached(city.view, Reach(withheld={"town": withheld}))
        assert view.fields_of_line("town:1") == told  # type: ignore[attr-defined]
        assert view.fields_of_line("town:6") == told  # type: ignore[attr-defined]


def test_a_box_around_stops_outside_holds_as_little_as_one_around_none(city: Any) -> None:
    view = reached(city.view, NORTH)
    said = []
    for box in ("39.99,-75.02,40.011,-74.99", "10,10,11,11"):
        with pytest.raises(Refusal) as refused:
            parse_wanted(view, Asked(box=box))
        said.append(refused.value.detail)
    assert said[0] == said[1]
    assert parse_wanted(view, Asked(box="39.99,-75.02,40.035,-74.99")).stops == {"town:C", "town:D"}


@pytest.mark.parametrize("name", [b"vehicles", b"arrivals", b"conditions"])
def test_a_derived_products_id_does_not_make_its_output_live(name: bytes) -> None:
    assert kind_of(b"/v1/archive/" + name) == ARCHIVE
    assert kind_of(b"/v1/products/" + name) == b"products"
    assert kind_of(b"/v1/lines/x/conditions") == b"conditions"


async def test_a_delayed_reach_is_told_scores_and_late_words(asked: Any, city: Any) -> None:
    late = Reach(delay_s=60)
    city.view.scores._lines["town:1"] = city.scores("1", 7)
    assert (await asked("/v1/accuracy", late)).json()["overall"] == (await asked("/v1/accuracy")).json()["overall"]
    began = Override(
        id="o", kind=OverrideKind.CANCEL_LINE, line="town:1", starts_at=int(city.now), ends_at=int(city.now) + 600,
        text_en="Parade", actor="Li", made_at_ms=0,
    )  # fmt: skip
    city.api.streams.overrides.take([began], city.now)
    told = []
    for passed_s in (0, 31, 30, 31):
        city.now += passed_s
        city.tell("1", city.run("t1-12", 1, 3))
        city.view.rendered.drop_all()
        told.append("Parade" in (await asked("/v1/stops/town:B/arrivals", late)).text)
    assert told[0] is False
    assert told[-1] is True


async def test_a_delayed_reach_is_told_bikes_as_late_as_all_else(asked: Any, city: Any) -> None:
    late = Reach(delay_s=60)

    def fetch(bikes: int) -> None:
        station = BikeStation("1", "Bridge", 40.0105, -75.0, bikes, 7, True, True, None)
        city.view.bikes.systems["bikes"] = BikeSystem((station,), city.now)

    async def told(reach: Reach) -> list[int]:
        city.view.rendered.drop_all()
        near = (await asked("/v1/nearby?near=40.01,-75.0", reach)).json()
        return [each["bikes_available"] for each in near["bike_stations"]]

    fetch(4)
    seen = [(await told(EVERYTHING), await told(late))]
    for bikes in (3, 2, 1):
        city.now += 31
        fetch(bikes)
        city.tell("1", city.run("t1-12", 1, 3))
        seen.append((await told(EVERYTHING), await told(late)))
    assert seen == [([4], []), ([3], []), ([2], [4]), ([1], [3])]
