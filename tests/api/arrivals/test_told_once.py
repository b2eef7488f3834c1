from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.arrivals.endpoints import render_arrivals
from transit.answers.selection import Wish

City = Any

_vehicles = st.lists(
    st.tuples(st.integers(8, 20), st.integers(0, 3), st.integers(-60, 120), st.integers(0, 4)), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(_vehicles, st.sampled_from("ABCD"), st.integers(1, 20))
def test_whatever_vehicles_say_each_run_is_told_once_in_order_and_only_ahead(
    city: City, vehicles: list[tuple[int, int, int, int]], stop: str, limit: int
) -> None:
    runs = [
        city.run(f"t1-{trip}", at, min(calls, 4 - at), vehicle_id=str(number), valid_until=int(city.now) + left_s)
        for number, (trip, at, left_s, calls) in enumerate(vehicles)
    ]
    city.tell("1", *runs)
    wish = Wish(limit=limit, lines=frozenset({"1"}), alight_only=True)
    arrivals = orjson.loads(render_arrivals(city.view, f"town:{stop}", wish).body)["arrivals"]
    told = [(arrival["run_id"], arrival["stop_sequence"]) for arrival in arrivals]
    assert len(told) == len(set(told)) <= limit
    moments = [arrival["expected_at"] or arrival["expected_departure_at"] for arrival in arrivals]
    assert moments == sorted(moments)
    for arrival in arrivals:
        assert (arrival["vehicle_id"] is None) == (arrival["verdict"] == "not_tracked")
        assert arrival["stops_away"] is None or arrival["stops_away"] >= 0
