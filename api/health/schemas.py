"""Answers about this process, as OpenAPI describes them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Described


class Liveness(Described):
    """The process lives."""

    status: Literal["live"]


class Readiness(Described):
    """Whether the process can answer, and from how good a view."""

    status: Annotated[
        Literal["ready", "degraded", "starting", "draining"],
        Field(description="degraded: it answers, from a view that is old or incomplete"),
    ]
    view: Literal["loading", "whole", "store_lost", "store_incomplete"]
    since: Annotated[datetime | None, Field(description="Since when the view is so")]
    detail: str | None
    lines: Annotated[int, Field(description="Line groups with a value")]
    timetables: list[str]
    newest_computed_at: Annotated[datetime | None, Field(description="The newest poll any line rests on")]
