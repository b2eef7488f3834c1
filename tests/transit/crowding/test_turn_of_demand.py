"""A tracker that begins with a history foretells loads of an hour that has not come yet."""

from typing import Any

from schemas.line_forecasts import LOAD_COLUMNS, NO_LOAD
from tests.transit.conftest import HOP_S, MIDNIGHT, STOP_GAP_M
from transit.history.day_type import day_type
from transit.history.history import History
from transit.history.learn import learn_history
from transit.history.loads_seen import LoadSeen
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import local_day

EIGHT, NINE = 8, 9
LEAVES_S = {"out-1": 2200, "out-2": 2800, "out-3": 3400}


def twice_as_many_from_nine(town: Timetable) -> History:
    kind = day_type(town, local_day("UTC", MIDNIGHT))
    hops = [(f"s{round(STOP_GAP_M * i)}-0", f"s{round(STOP_GAP_M * (i + 1))}-0") for i in range(9)]
    return learn_history(
        [],
        [],
        [],
        1,
        [
            LoadSeen("bus", *hop, kind, hour, 1_000_000 + i, load, 0.0, 600, 5)
            for hop in hops
            for hour, load in ((EIGHT, 0.1), (NINE, 0.2))
            for i in range(40)
        ],
    )


def loads_ahead(bus: Any) -> list[int]:
    """Let three buses fill up by 8 % at each stop, ten minutes apart: what is told of the third just before nine."""
    for trip, leaves_s in LEAVES_S.items():
        for second in range(-60, 10 * HOP_S, 20):
            at = leaves_s + second
            if trip == "out-3" and at > 3480:
                break
            x_m = max(0.0, second / HOP_S * STOP_GAP_M)
            hop = max(0, int(x_m // STOP_GAP_M)) + (second > 0)
            bus.go(at, x_m, vehicle=trip, trip=trip, occupancy_percentage=8 * hop, occupancy_status=2)
    public, row = bus.outcome.public, 0
    for run in public.runs:
        if run.trip_id == "out-3":
            told = list(public.loads[row * LOAD_COLUMNS : (row + run.call_count) * LOAD_COLUMNS : LOAD_COLUMNS])
            assert NO_LOAD not in told
            return told
        row += run.call_count
    raise AssertionError("the third bus is not told")


def test_more_get_on_beyond_the_hour_from_which_more_did_on_days_before(
    town: Timetable, drive: Any, taught: Any
) -> None:
    plain, knowing = loads_ahead(drive("bus")), loads_ahead(taught("bus", twice_as_many_from_nine(town)))
    assert plain[0] == knowing[0]
    assert knowing[-1] > plain[-1] + 10
    assert all(more >= less for more, less in zip(knowing, plain, strict=True))
