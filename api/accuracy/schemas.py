"""The accuracy answer, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.shared_schemas import Described, Line, Warned


class HorizonAccuracy(Described):
    """The errors of one horizon bin. Error = actual - expected: negative where the vehicle came before its time."""

    from_s: Annotated[int, Field(description="Horizons from this one on")]
    to_s: Annotated[int, Field(description="and below this one")]
    forecasts: Annotated[int, Field(description="Forecasts scored; of none the figures are null")]
    mean_absolute_error_s: float | None
    mean_error_s: float | None
    inside_ratio: Annotated[float | None, Field(description="Share that came between p10 and p90; 0.8 is right")]
    early_ratio: Annotated[
        float | None, Field(description="Share that came more than 60 s before the time promised: riders missed it")
    ]


class Censoring(Described):
    """What the figures leave out."""

    arrivals: Annotated[int, Field(description="Arrivals observed")]
    scored: Annotated[int, Field(description="of these, those that forecasts were held against")]
    unsure: Annotated[int, Field(description="of these, those between two reports over 65 s apart: not scored")]
    unforetold: Annotated[int, Field(description="of these, those without a forecast in the half hour before")]
    unanswered: Annotated[int, Field(description="Calls foretold that no vehicle was seen to make")]


class Accuracy(Described):
    """Errors by horizon, and what was left out."""

    by_horizon: Annotated[
        list[HorizonAccuracy], Field(description="By actual horizon: arrival less the moment of asking")
    ]
    by_expected_horizon: Annotated[
        list[HorizonAccuracy], Field(description="By the horizon foretold: p50 less the moment of asking")
    ]
    censoring: Censoring


class HourAccuracy(Accuracy):
    """One hour: the arrivals that were made in it."""

    starts_at: datetime


class LineAccuracy(Accuracy):
    """One line, or the lines that share vehicles and directions."""

    lines: list[Line]


class AccuracyAnswer(Described):
    """How right the times were that were served, by horizon, hour and line."""

    since: Annotated[datetime | None, Field(description="The first hour that counts")]
    overall: Accuracy
    hours: list[HourAccuracy]
    lines: list[LineAccuracy]
    warnings: list[Warned]
