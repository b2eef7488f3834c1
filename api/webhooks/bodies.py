"""What partners send about webhooks."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Id = Annotated[str, Field(max_length=400)]


class WebhookWanted(BaseModel):
    """A webhook as it is asked for."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(max_length=2000, description="An https address in the open internet")]
    event: Literal["run.approaching", "line.disrupted"]
    line: Annotated[_Id, Field(description="`<timetable>:<route_id>`")] = ""
    run: Annotated[_Id, Field(description="`<timetable>:<trip>:<yyyymmdd>`, of run.approaching")] = ""
    stop: Annotated[_Id, Field(description="`<timetable>:<stop_id>`, of run.approaching")] = ""
    minutes: Annotated[int, Field(ge=0, le=60, description="How near, of run.approaching: 1 to 60")] = 0


class ReplayWanted(BaseModel):
    """What is to be sent again."""

    model_config = ConfigDict(extra="forbid")

    delivery: Annotated[str, Field(max_length=64, description="One delivery; else all that failed")] = ""
    since_hours: Annotated[int, Field(ge=1, le=168, description="All that failed in so many hours")] = 24
