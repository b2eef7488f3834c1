"""A SIRI document in JSON, as OpenAPI describes it: the standard says what is in it."""

from typing import Annotated

from pydantic import Field

from api.shared_schemas import Described


class SiriAnswer(Described):
    """SIRI 2.0: elements by their names, lists where an element may be repeated."""

    Siri: Annotated[dict[str, object], Field(description="One ServiceDelivery with one delivery of the service")]
