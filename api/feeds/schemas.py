"""The feeds answer, as OpenAPI describes it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Described, Warned


class Feed(Described):
    """How one feed fares. Counts are since `since`."""

    id: str
    timetable: str
    timetable_hash: str
    state: Annotated[
        Literal["up", "stale", "down", "silent"],
        Field(
            description="stale: it is fetched, but has said nothing new for five minutes by its own time; "
            "down: it cannot be fetched; silent: its door has not spoken for a minute"
        ),
    ]
    since: datetime
    polled_at: datetime
    header_at: Annotated[datetime | None, Field(description="The feed's own time")]
    down_since: datetime | None
    last_error: Annotated[str | None, Field(description="Of the last poll that failed, also when the feed is up again")]
    last_error_at: Annotated[datetime | None, Field(description="When that was")]
    lag_s: Annotated[int | None, Field(description="Median age of its vehicles' reports at the poll, in seconds")]
    recorded: Annotated[bool, Field(description="A recording is replayed; times are the recording's")]
    vehicles: int
    lines: int
    polls: int
    failed_polls: int
    unchanged_polls: int
    accepted: int
    repeated: int
    refused: Annotated[dict[str, int], Field(description="Reports refused, by reason")]
    timetable_expires_on: Annotated[date | None, Field(description="Last service date of its timetable")]
    timetable_expired: bool


class TimetableState(Described):
    """One timetable: which version is in force, and until when it is good."""

    name: str
    hash: str
    source: str
    timezone: str
    first_service_date: date
    last_service_date: date
    expired: bool
    lines: int
    stops: int
    trips: int
    faults: Annotated[int, Field(description="Small faults that were survived when it was compiled")]


class FeedsAnswer(Described):
    """All feeds and the timetables they speak."""

    feeds: list[Feed]
    timetables: list[TimetableState]
    warnings: list[Warned]
