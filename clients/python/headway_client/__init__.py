"""A typed client of the Headway API: `Headway` for plain code, `AsyncHeadway` for asyncio."""

from headway_client.calls import AsyncHeadway, Headway
from headway_client.streams import Event, follow, follow_async
from headway_client.transport import HeadwayProblem

__all__ = ["AsyncHeadway", "Event", "Headway", "HeadwayProblem", "follow", "follow_async"]
