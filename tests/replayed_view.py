"""A view filled by the very rules that door and tracker run: a recording or the simulated city, poll by poll."""

from collections.abc import Iterator
from pathlib import Path

import httpx
from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.app import Api, build_api
from api.view.freshness import ViewState
from headway.score_report.replay import Replay
from runtime.settings import Settings
from runtime.timetables import read_gtfs
from schemas.line_value import Watermark
from simulators.city.city import City
from transit.timetable.compile import compile_timetable
from transit.timetable.compiled import Timetable


class ReplayedView:
    """One timetable's lines as the API has them, its clock a second after the last poll."""

    def __init__(self, gtfs: Path, folder: Path, *, name: str = "town") -> None:
        self.gtfs = gtfs
        self.name = name
        self.timetable: Timetable = compile_timetable(read_gtfs(str(gtfs)), name=name, source=str(gtfs))
        self.replay = Replay(self.timetable, ())
        settings = Settings(data_folder=folder / "headway", store="redis://127.0.0.1:1/0")
        self.api: Api = build_api(settings, load=lambda _: self.timetable)
        self.view = self.api.view
        self.now = 0.0
        self.view._now = lambda: self.now
        self.view.shelf.keep(self.view.shelf.read(self.timetable.hash))
        self.view.freshness.turn(ViewState.WHOLE, 0.0)
        self._polls = 0

    def apply(self, at: int, content: bytes) -> None:
        """Take one poll in."""
        self._polls += 1
        self.replay.apply(at, content)
        self.now = at + 1.0
        for group, forecasts in self.replay.latest.items():
            if forecasts.computed_at == at:
                self.view.take_line(Watermark(1, group, self._polls), forecasts)

    def client(self) -> httpx.AsyncClient:
        """A partner's client, past the lane."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.api.app), base_url="http://headway.test")

    async def read_feed(self, client: httpx.AsyncClient, kind: str, **query: str) -> FeedMessage:
        """A GTFS-realtime feed, made anew."""
        feed: FeedMessage = FeedMessage.FromString(await self.read_bytes(client, f"{kind}.pb", **query))
        return feed

    async def read_bytes(self, client: httpx.AsyncClient, file: str, **query: str) -> bytes:
        """A GTFS-realtime feed as it is given under this name, made anew."""
        self.view.rendered.drop_all()
        answered = await client.get(f"/v1/gtfs-realtime/{file}", params={"timetable": self.name, **query})
        assert answered.status_code == 200, answered.text
        return answered.content


def simulate(
    timetable: Timetable, start_at: int, *, polls: int, every_s: int = 10, seed: int = 7
) -> Iterator[tuple[int, bytes]]:
    """The simulated city's polls: moment (POSIX s) and message."""
    city = City(timetable, seed)
    for at in range(start_at, start_at + polls * every_s, every_s):
        yield at, city.positions_at(at).SerializeToString()
