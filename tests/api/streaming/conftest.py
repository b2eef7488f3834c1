"""A log of forecasts fed by hand, and hubs that follow it as replicas would."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from api.streaming.events import Event
from api.streaming.hub import Hub
from api.streaming.position import Position, parse_position
from api.streaming.stream import Stream
from api.streaming.wanted import Wanted
from runtime.settings import Settings
from schemas.line_forecasts import LineForecasts, encode_public
from schemas.line_value import LineValue, Watermark, encode_line_value

City = Any
PARTITIONS = 4


class Replicas:
    """A log, and hubs that have read it as far as each was told to."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.log: list[tuple[int, SimpleNamespace]] = []

    def write(self, forecasts: LineForecasts, *, partition: int = 0, mark: int | None = None) -> None:
        """Put a value on the log, as a tracker does."""
        offset = sum(1 for each, _ in self.log if each == partition)
        value = LineValue(Watermark(1, 0, len(self.log) if mark is None else mark), 0, encode_public(forecasts), b"own")
        record = SimpleNamespace(
            offset=offset,
            key=forecasts.line_group.encode(),
            value=encode_line_value(value),
            timestamp=int(self.city.now * 1000),
        )
        self.log.append((partition, record))

    def make_hub(self) -> Hub:
        """A replica that has read nothing yet."""
        hub = Hub(self.city.view, Settings(line_partitions=PARTITIONS))
        hub.ready.set()
        return hub

    async def read(self, hub: Hub) -> None:
        """Let a replica read all that it has not read, and tell its streams."""
        for partition, record in self.log:
            if record.offset > hub.tick.position.offsets[partition]:
                hub._take(partition, record)
        await hub.turn()


class Reader:
    """A client: takes what there is, keeps its last id."""

    def __init__(self, hub: Hub, wanted: Wanted, last_id: str = "") -> None:
        position: Position | None = parse_position(last_id, partitions=PARTITIONS) if last_id else None
        self.stream = Stream(hub, wanted, position)
        self.last_id = last_id
        self._events = self.stream.events()

    async def take(self) -> list[Event]:
        """The events that are there now."""
        self.stream.beats = True
        found = []
        async for event in self._events:
            self.last_id = event.id or self.last_id
            if event.name == b"beat":
                break
            found.append(event)
        return found

    async def lines(self) -> list[dict[str, Any]]:
        """The lines' news among them, in order."""
        return [line for event in await self.take() for line in orjson.loads(event.body).get("lines", ())]

    async def close(self) -> None:
        await self._events.aclose()  # type: ignore[attr-defined]  # it is a generator
        self.stream.close()


@pytest.fixture
def replicas(city: City) -> Replicas:
    return Replicas(city)


@pytest.fixture
def all_of_it() -> Wanted:
    return Wanted(groups=None, everything=True)


Bus = Callable[..., LineForecasts]


@pytest.fixture
def bus(city: City) -> Bus:
    """The trunk's value with one bus on it, whose next call is so many seconds away."""

    def value(first_s: int = 60, *, next_position: int = 1, **changes: Any) -> LineForecasts:
        run = city.run("t1-12", next_position, 4 - next_position, **changes)
        found: LineForecasts = city.forecasts("1", [run], first_s=first_s)
        return found

    return value


@pytest.fixture
def reader() -> type[Reader]:
    return Reader
