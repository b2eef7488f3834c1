"""Every path of the contract under ``/v1/`` that a grant decides about, in every form, of the whole city's ids."""

from typing import Final, NamedTuple

AS_OF: Final = "as_of=2026-02-16T13:00:00Z"
"""The moment at which the whole city stands."""

COMPUTED_AT: Final = 1_771_246_800
"""The same, of the answers."""

CHANGED: Final = "0" * 16
"""Another version of the timetable, of which all is described otherwise."""

STOPS: Final = ("A", "B", "C", "D", "E", "F", "S", "S1", "Q%2F1")
LINES: Final = ("1", "2", "3", "4", "5", "6")
RUNS: Final = ("t1-12:20260216", "t2-0:20260216", "n6:20260216")
VEHICLES: Final = ("v-one", "v-two", "v-metro")
ANSWERS: Final = tuple(
    f"{run}@{sequence}@{COMPUTED_AT}" for run in RUNS for sequence in ("10", "20", "30", "40", "50", "99")
)
_POSTED: Final = """<Siri xmlns="http://www.siri.org.uk/siri" version="2.0"><ServiceRequest><{0}Request version="2.0">
<{1}>{2}</{1}></{0}Request></ServiceRequest></Siri>"""


class Asked(NamedTuple):
    """A path with its query, and the document that is posted there."""

    path: str
    body: str = ""


def _of(template: str, *ids: str) -> list[Asked]:
    return [Asked(template.format(f"town:{each}")) for each in ids or ("",)]


def _past(template: str, *ids: str) -> list[Asked]:
    """The same as things stand and as they stood."""
    mark = "&" if "?" in template else "?"
    return [*_of(template, *ids), *_of(f"{template}{mark}{AS_OF}", *ids)]


def _posted(service: str, reference: str, ids: tuple[str, ...]) -> list[Asked]:
    named = (f"town:{each}".replace("%2F", "/") for each in ids)
    return [Asked("/v1/siri", _POSTED.format(service, reference, each)) for each in named]


def _siri(service: str, reference: str, *ids: str) -> list[Asked]:
    return [each for form in ("xml", "json") for each in _of(f"/v1/siri/{service}.{form}?{reference}={{}}", *ids)]


ASKED: Final[dict[str, list[Asked]]] = {
    "/v1/stops/{stop_id}/arrivals": _past("/v1/stops/{}/arrivals?limit=50&horizon_s=14400", *STOPS),
    "/v1/arrivals": [
        *_past("/v1/arrivals?stops={}&limit=20", *STOPS),
        *_past("/v1/arrivals?lines={}", *LINES),
        *_past("/v1/arrivals?vehicles={}", *VEHICLES),
    ],
    "/v1/nearby": [
        *_of("/v1/nearby?near=40.005,-75.0&limit=20&radius_m=2000"),
        *_of("/v1/nearby?near=40.02,-75.0&limit=20&radius_m=2000"),
    ],
    "/v1/city/{timetable}/arrivals": _of("/v1/city/town/arrivals"),
    "/v1/stops/{stop_id}": _of("/v1/stops/{}", *STOPS),
    "/v1/stops/{stop_id}/crowding": _of("/v1/stops/{}/crowding", *STOPS),
    "/v1/stops/{stop_id}/first-last": _of("/v1/stops/{}/first-last", *STOPS),
    "/v1/stops": [*_of("/v1/stops?query=e"), *_of("/v1/stops?near=40.0,-75.0")],
    "/v1/lines": [*_of("/v1/lines"), *_of("/v1/lines?timetable=town")],
    "/v1/lines/{line_id}": [*_of("/v1/lines/{}", *LINES), *_of("/v1/lines/{}?shapes=true", *LINES)],
    "/v1/lines/{line_id}/vehicles": _past("/v1/lines/{}/vehicles", *LINES),
    "/v1/lines/{line_id}/conditions": _of("/v1/lines/{}/conditions", *LINES),
    "/v1/vehicles/{vehicle_id}": _past("/v1/vehicles/{}", *VEHICLES),
    "/v1/runs/{run_id}": _past("/v1/runs/{}", *RUNS),
    "/v1/runs/{run_id}/why": [
        asked
        for sequence in ("20", "30", "40", "99")
        for asked in _of(f"/v1/runs/{{}}/why?stop_sequence={sequence}", *RUNS)
    ],
    "/v1/feeds": _of("/v1/feeds"),
    "/v1/coverage": _of("/v1/coverage"),
    "/v1/accuracy": _of("/v1/accuracy"),
    "/v1/replays": _of("/v1/replays"),
    "/v1/alerts": [*_of("/v1/alerts"), *_of("/v1/alerts?line={}", *LINES)],
    "/v1/gtfs-realtime/{kind}.{form}": [
        Asked(f"/v1/gtfs-realtime/{kind}.{form}?next_runs={next_runs}")
        for kind in ("trip-updates", "vehicle-positions", "alerts")
        for form in ("pb", "json")
        for next_runs in ("false", "true")
    ],
    "/v1/siri/stop-monitoring.{form}": _siri("stop-monitoring", "MonitoringRef", *STOPS),
    "/v1/siri/vehicle-monitoring.{form}": _siri("vehicle-monitoring", "LineRef", *LINES),
    "/v1/siri/estimated-timetable.{form}": _siri("estimated-timetable", "LineRef", *LINES),
    "/v1/siri/situation-exchange.{form}": [
        *_of("/v1/siri/situation-exchange.xml"),
        *_siri("situation-exchange", "LineRef", *LINES),
    ],
    "/v1/siri": [
        *_posted("StopMonitoring", "MonitoringRef", STOPS),
        *_posted("VehicleMonitoring", "LineRef", LINES),
        *_posted("EstimatedTimetable", "LineRef", LINES),
        *_posted("SituationExchange", "LineRef", LINES),
        Asked("/v1/siri", _POSTED.format("SituationExchange", "Other", "")),
    ],
    "/v1/passages": [
        *_of("/v1/passages?stop={}&limit=1", *STOPS),
        *_of("/v1/passages?line={}&limit=1", *LINES),
        *_of("/v1/passages?run={}&limit=1", *RUNS),
    ],
    "/v1/answers/{answer_id}": _of("/v1/answers/{}", *ANSWERS),
    "/v1/static": _of("/v1/static"),
    "/v1/static/{version}": [*_of("/v1/static/town"), *_of(f"/v1/static/{CHANGED}")],
    "/v1/static/{version}/changes": _of(f"/v1/static/town/changes?from={CHANGED}"),
    "/v1/stream-ticket": _of("/v1/stream-ticket"),
}

STREAMS: Final = (
    "all=true",
    "box=39.9,-75.1,40.1,-74.9",
    *(f"lines=town:{each}" for each in LINES),
    *(f"stops=town:{each}" for each in STOPS),
    *(f"vehicles=town:{each}" for each in VEHICLES),
)
"""What streams are asked for."""
