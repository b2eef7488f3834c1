"""The replays answer, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Described


class Replay(Described):
    """One replay of a recording beside the live service. Times are recorded ones."""

    id: Annotated[str, Field(description="It answers below `/v1/replays/{id}/`")]
    stage: Literal["starting", "running", "paused", "finished", "failed"]
    timetable: str
    feed: str
    speed: Annotated[float, Field(description="Times real time; 0: as fast as it goes")]
    loop: bool
    shift_to_now: Annotated[bool, Field(description="Its times are moved so that its first is the present")]
    shift_s: Annotated[int, Field(description="What its times are moved by, in seconds")]
    round: Annotated[int, Field(description="Counts its loops and seeks")]
    from_: Annotated[datetime | None, Field(alias="from", description="Its first recorded second")]
    to: Annotated[datetime | None, Field(description="Its last recorded second")]
    position: Annotated[datetime | None, Field(description="How far it has come")]
    position_s: Annotated[int, Field(description="The same in POSIX seconds")]
    progress: Annotated[float, Field(ge=0, le=1)]
    updated_at: datetime | None
    error: Annotated[str | None, Field(description="Why it failed")]


class ReplaysAnswer(Described):
    """The replays that run, by id."""

    replays: list[Replay]
