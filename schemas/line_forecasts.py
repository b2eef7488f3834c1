"""The public part of a line group's value: where its vehicles are, what they passed, when they come.

Times are POSIX seconds. Positions and patterns are numbers under the timetable named by ``timetable``; ids a reader
may need without that timetable stand beside them.

``gc=False``: none of these can be part of a cycle, and a process that holds a city holds them by the ten thousand.
"""

from enum import IntEnum
from typing import Final

import msgspec

TIME_COLUMNS: Final = 6
"""Columns of a call ahead: arrival p10, p50, p90, departure p10, p50, p90."""

NO_TIME: Final = -32768
"""Stands in a time column where there is no such time: the arrival at a run's first stop, say."""

LOAD_COLUMNS: Final = 2
"""Columns of a call ahead: the load on arrival in hundredths of the capacity, its standard error in two hundredths."""

NO_LOAD: Final = 255
"""Stands in both load columns where nothing is known of how full the vehicle will be."""

HORIZON_S: Final = 3600
"""Calls further ahead than this are left to the timetable."""


class RunState(IntEnum):
    """How a run stands to the stop that is next on its way."""

    NOT_DEPARTED = 0
    EN_ROUTE = 1
    APPROACHING = 2
    AT_STOP = 3
    OFF_ROUTE = 4
    FINISHED = 5


class Basis(IntEnum):
    """What a forecast rests on, best first. A step down is always said, never silent."""

    LIVE = 0
    EXTRAPOLATED = 1
    HISTORICAL = 2
    SCHEDULE = 3
    WITHHELD = 4


class Verdict(IntEnum):
    """Will it come?"""

    EXPECTED = 0
    AT_RISK = 1
    NOT_TRACKED = 2
    NOT_COMING = 3


class VerdictReason(IntEnum):
    """Why a verdict is not plainly ``EXPECTED``."""

    NONE = 0
    CANCELLED = 1
    SHORT_TURN = 2
    DETOUR = 3
    SILENT = 4
    STALLED = 5
    FEED_DOWN = 6
    OFF_ROUTE = 7
    AT_TERMINAL = 8
    HELD = 9
    DELAYS = 10


class Revision(IntEnum):
    """Why a run's times moved against its last message.

    Its vehicle got on, passed a stop, was found elsewhere on its way or off it, took another run, stood on, left its
    first stop; its feed came back; others told how the way ahead is; or an earlier change is still being told, by and
    by. Without any such reason no time moves by more than 15 s.
    """

    NONE = 0
    PROGRESS = 1
    PASSAGE = 2
    REMATCHED = 3
    DETOUR = 4
    REROUTED = 5
    FEED_RETURNED = 6
    HELD = 7
    DEPARTED = 8
    TRAFFIC = 9
    SETTLING = 10


class PredictedBy(IntEnum):
    """Whose times a run's are: worked out here, its agency's, or both, weighed by how right they have been."""

    HEADWAY = 0
    AGENCY = 1
    BOTH = 2


class Carriage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One carriage as its report described it; ``-1`` and ``None`` where nothing was said."""

    sequence: int
    id: str | None
    label: str | None
    occupancy_status: int | None
    occupancy_percentage: int = -1


class RunForecast(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A run with a vehicle on it: where it is now and when it calls at each stop ahead.

    ``line_id`` is the run's own line, ``pattern`` its row in the timetable (-1 where the timetable has none).
    ``start_time_s`` is set (seconds from the service day's start) only where a frequency makes many runs of one trip.
    ``progress_m`` is metres along the pattern; ``next_position`` the zero-based position of the next call, and
    ``call_count`` how many calls from there on have a row in ``LineForecasts.times``. ``skipped`` names positions among
    them that will not be served. Occupancy is as reported; ``None`` where it was not. ``lag_s`` is how far what is told
    of far calls lies after what was worked out (transit.forecasting.corrections); ``held_s`` how long the vehicle has
    been held or stalled, or, where no reason says so, due at its next call without a report since; else 0. ``feed`` is
    whose vehicle it is, for ids are its feed's own; empty where no vehicle is on the run, and in values of before feeds
    were told apart (``LineForecasts.feed_of``).
    """

    line_id: str
    trip_id: str
    service_date: int
    start_time_s: int | None
    pattern: int
    direction_id: int
    vehicle_id: str
    vehicle_label: str | None
    state: RunState
    basis: Basis
    verdict: Verdict
    verdict_reason: VerdictReason
    revision: Revision
    observed_at: int
    valid_until: int
    latitude: float | None
    longitude: float | None
    bearing_deg: float | None
    speed_mps: float | None
    progress_m: float
    next_position: int
    call_count: int
    skipped: tuple[int, ...]
    occupancy_status: int | None
    occupancy_percentage: int | None
    occupancy_observed_at: int | None
    carriages: tuple[Carriage, ...]
    schedule_relationship: int
    delay_s: int | None
    due: bool
    lag_s: int = 0
    held_s: int = 0
    predicted_by: PredictedBy = PredictedBy.HEADWAY
    feed: str = ""


OCCUPANCY_STATUS: Final = (
    "empty",
    "many_seats_available",
    "few_seats_available",
    "standing_room_only",
    "crushed_standing_room_only",
    "full",
    "not_accepting_passengers",
    "no_data_available",
    "not_boardable",
)
"""GTFS-realtime's OccupancyStatus by number, in lower case."""


class Passage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An observed arrival (``kind`` ``"arrival"``) or departure at a call, and how surely it is known.

    The true moment lies between ``earliest_at`` and ``latest_at``: the reports on either side of the stop. ``feed`` is
    whose vehicle it was; empty where it was noted before feeds were told apart.
    """

    line_id: str
    trip_id: str
    service_date: int
    start_time_s: int | None
    vehicle_id: str
    stop_id: str
    stop_sequence: int
    position: int
    kind: str
    at: int
    earliest_at: int
    latest_at: int
    feed: str = ""

    @property
    def id(self) -> str:
        """Equal for every copy of the same passage: the run, the call and the kind."""
        start = "" if self.start_time_s is None else f":{self.start_time_s}"
        return f"{self.trip_id}:{self.service_date}{start}:{self.stop_sequence}:{self.kind}"


class LineConditions(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a line group's message showed about its service, now and since the service day began.

    ``unmatched`` counts vehicles now without a run, by reason (schemas.rejects and the matcher's own).
    """

    vehicles: int
    matched: int
    runs_today: int
    matched_today: int
    unmatched: dict[str, int]


class LineFeed(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A feed that a line's vehicles come from: its last poll (POSIX s), and since when its fetches fail."""

    feed: str
    polled_at: int
    down_since: int | None


def find_down_since(feeds: tuple[LineFeed, ...]) -> int | None:
    """Since when (POSIX s) none of a line's feeds can be fetched; ``None`` where one can, or there is none."""
    since = [each.down_since for each in feeds if each.down_since is not None]
    return max(since) if since and len(since) == len(feeds) else None


class LineForecasts(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Everything a line group says at one poll.

    ``times`` holds, run after run, ``call_count`` rows of ``TIME_COLUMNS`` little-endian int16: seconds after
    ``computed_at``, or ``NO_TIME``. ``computed_at`` is the newest poll of any feed that the line has heard of (event
    time), ``feed`` that of the message it answers. ``feeds`` are those that the line's vehicles come from; empty in
    values of before feeds were told apart: there ``feed`` is the one. ``feed_down_since`` is set while the fetches of
    all of them fail. ``loads`` holds, for each row of ``times``, a row of
    ``LOAD_COLUMNS`` bytes; it is empty where nothing is told of loads.
    """

    line_group: str
    timetable: str
    computed_at: int
    feed: str
    feed_down_since: int | None
    runs: tuple[RunForecast, ...]
    times: bytes
    passages: tuple[Passage, ...]
    conditions: LineConditions
    loads: bytes = b""
    feeds: tuple[LineFeed, ...] = ()

    def list_feeds(self) -> tuple[LineFeed, ...]:
        """The feeds that the line's vehicles come from; never none."""
        return self.feeds or (LineFeed(self.feed, self.computed_at, self.feed_down_since),)

    def feed_of(self, told: RunForecast | Passage) -> str:
        """Whose vehicle a run or a passage is of."""
        return told.feed or self.feed

    def name_vehicle(self, told: RunForecast | Passage) -> str:
        """The public id of the vehicle of a run or a passage (``<feed>:<vehicle id>``), which names one."""
        return f"{told.feed or self.feed}:{told.vehicle_id}"


_decoder = msgspec.msgpack.Decoder(LineForecasts)
_encoder = msgspec.msgpack.Encoder()


def encode_public(forecasts: LineForecasts) -> bytes:
    """Pack a line group's public part."""
    return _encoder.encode(forecasts)


def decode_public(packed: bytes | memoryview) -> LineForecasts:
    """Unpack a line group's public part.

    Raises:
        msgspec.DecodeError: the bytes are no such part.
    """
    return _decoder.decode(packed)


_passage_decoder = msgspec.msgpack.Decoder(Passage)


def encode_passage(passage: Passage) -> bytes:
    """Pack one passage, as it stands on ``line.passages``."""
    return _encoder.encode(passage)


def decode_passage(packed: bytes) -> Passage:
    """Unpack one passage.

    Raises:
        msgspec.DecodeError: the bytes are no passage.
    """
    return _passage_decoder.decode(packed)
