"""A GTFS-realtime feed in protobuf's JSON mapping, as OpenAPI describes it: the specification says what is in it."""

from typing import Annotated

from pydantic import Field

from api.shared_schemas import Described


class FeedAnswer(Described):
    """A FeedMessage of GTFS-realtime 2.0. 64-bit numbers are strings, as protobuf's JSON mapping has them."""

    header: Annotated[dict[str, object], Field(description="Version, incrementality and when it was made (POSIX s)")]
    entity: Annotated[
        list[dict[str, object]],
        Field(default_factory=list, description="The entities; absent where there are none"),
    ]
