"""What streams carry, as OpenAPI describes it. Events are written without these models, for speed."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Basis, Described, Occupancy, Reason, RunStateName, Verdict


class StreamedCall(Described):
    """One call whose times changed; replaces what was known of it."""

    stop_id: str
    stop_sequence: int
    progress_m: Annotated[int, Field(description="Metres along the way; less the run's own: how far away it is")]
    expected_early_at: datetime | None
    expected_at: datetime | None
    expected_late_at: datetime | None
    expected_departure_early_at: datetime | None
    expected_departure_at: datetime | None
    expected_departure_late_at: datetime | None
    skipped: Annotated[bool, Field(description="The run goes by without serving it")]


class StreamedRun(Described):
    """A run of which something changed: all about it, and those of its calls that changed."""

    run_id: str
    new: Annotated[bool, Field(description="Forget what was known of this run: all its calls are here")]
    line_id: str
    direction_id: Literal[0, 1] | None
    headsign: str | None
    trip_id: str
    service_date: date
    vehicle_id: str
    vehicle_label: str | None
    latitude: float | None
    longitude: float | None
    bearing_deg: float | None
    progress_m: int
    state: RunStateName
    next_stop_sequence: Annotated[int | None, Field(description="Calls before this one are over")]
    delay_s: int | None
    occupancy: Occupancy | None
    basis: Basis
    verdict: Verdict
    verdict_reason: Reason | None
    observed_at: datetime
    valid_until: Annotated[datetime, Field(description="Do not show it after this moment")]
    calls: list[StreamedCall]


class StreamedLine(Described):
    """What one poll changed on a line group."""

    line_group: str
    sequence: Annotated[int, Field(description="Rises from value to value of this line group")]
    previous: Annotated[int | None, Field(description="The sequence this is told against; must be the last one held")]
    full: Annotated[bool, Field(description="Forget what was known of the group's runs: all of them are here")]
    timetable: str
    computed_at: datetime
    feed_down: bool
    datum: Annotated[
        Literal["wgs84", "gcj02", "bd09"] | None,
        Field(description="Of its coordinates, in mainland China; elsewhere there is WGS-84 alone, and this is absent"),
    ] = None
    runs: list[StreamedRun]
    gone: Annotated[list[str], Field(description="Runs that are told no longer, or have passed what was asked for")]


class StreamEvent(Described):
    """The data of `snapshot` and `delta` events. `static` has a `StaticEvent`; `ready`, `beat`, `end` their own."""

    lines: list[StreamedLine]


class StaticEvent(Described):
    """The data of a `static` event: from here on lines speak another version of their timetable."""

    timetable: str
    version: Annotated[str, Field(description="The new version, as `/v1/static` and a line's `timetable` name it")]
    previous: Annotated[str, Field(description="The version before it")]
    from_service_date: Annotated[date | None, Field(description="The service date it holds from; null: at once")]
    file: Annotated[str, Field(description="Where the new version is")]
    changes: Annotated[str, Field(description="Where it is told what changed between the two")]


class TicketAnswer(Described):
    """A ticket for `?ticket=`."""

    ticket: str
    expires_at: datetime
