"""An answer taken apart, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.shared_schemas import Described, Placed


class ToldTimes(Described):
    """Six times as they were told."""

    computed_at: datetime | None
    expected_early_at: datetime | None
    expected_at: datetime | None
    expected_late_at: datetime | None
    expected_departure_early_at: datetime | None
    expected_departure_at: datetime | None
    expected_departure_late_at: datetime | None


class ServedThen(ToldTimes):
    """What was served: the forecast that the archive keeps of that half minute."""

    basis: str
    verdict: str
    vehicle_id: str | None


class ToldAgain(ToldTimes):
    """The same out of the recorded reports, by today's rules, which know nothing of what was learned before them."""

    terms: Annotated[dict[str, int] | None, Field(description="Seconds that sum to it from `computed_at` on")]
    later_than_served_s: int | None


class ReportSeen(Described):
    """One report of the vehicle as its feed had it."""

    polled_at: datetime
    reported_at: datetime | None
    vehicle_id: str
    trip_id: str
    latitude: float | None
    longitude: float | None
    stop_id: str | None
    status: int | None


class Matched(Described):
    """Where the reports were taken to be."""

    feed: str
    vehicle_id: str | None
    pattern_id: str
    progress_m: int
    next_stop_id: str | None
    state: str
    observed_at: datetime
    verdict: str
    verdict_reason: str | None


class Happened(Described):
    """What was seen to happen at the stop."""

    kind: str
    at: datetime
    earliest_at: datetime
    latest_at: datetime


class StopThere(Described):
    """The stop."""

    id: str
    name: str


class AnswerExplained(Placed):
    """An answer of the past taken apart. What the archive does not hold is null or empty."""

    run_id: str
    line_id: str
    stop: StopThere
    stop_sequence: int
    computed_at: datetime | None
    served: ServedThen | None
    reports: list[ReportSeen]
    match: Matched | None
    rerun: ToldAgain | None
    happened: list[Happened]
