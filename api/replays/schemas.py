"""What ``/v1/replays`` answers."""

from datetime import datetime

from pydantic import BaseModel, Field


class Replay(BaseModel):
    """A recording that is replayed. ``from``, ``to`` and ``position`` are recorded times."""

    id: str
    stage: str = Field(description="starting, running, paused, finished or failed")
    timetable: str
    feed: str
    speed: float = Field(description="Times real time; 0 is as fast as it goes")
    loop: bool
    shift_to_now: bool
    shift_s: int = Field(description="What all its times were moved by (s)")
    round: int = Field(description="Counts its loops and seeks: each begins anew")
    from_: datetime = Field(alias="from")
    to: datetime
    position: datetime
    position_s: int
    progress: float = Field(ge=0, le=1)
    updated_at: datetime
    error: str | None


class ReplaysAnswer(BaseModel):
    """All of them."""

    replays: list[Replay]
