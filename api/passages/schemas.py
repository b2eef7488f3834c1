"""The passages answer, as OpenAPI describes it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.shared_schemas import Described


class PassageMade(Described):
    """An arrival or departure that Headway observed."""

    run_id: str
    line_id: str
    service_date: date
    stop_id: str
    stop_sequence: int
    kind: Literal["arrival", "departure"]
    at: Annotated[datetime, Field(description="When, as best known")]
    earliest_at: Annotated[datetime, Field(description="The true moment lies between this")]
    latest_at: Annotated[datetime, Field(description="and this: the reports on either side of the stop")]
    vehicle_id: str | None


class PassagesAnswer(Described):
    """Passages in the order in which they were made."""

    passages: list[PassageMade]
    next_from: Annotated[datetime | None, Field(description="Where there are more: the moment of the first of them")]
    next_cursor: Annotated[
        str | None, Field(description="Send it as `cursor` with all else as before for the next page")
    ]
