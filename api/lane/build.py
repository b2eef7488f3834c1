"""Put the lane in front of an application, its tasks living as long as the application does."""

import asyncio
import secrets
from collections.abc import Awaitable, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from api.fate import Fate
from api.lane.answers import Send
from api.lane.count_file import create_count_file
from api.lane.doors import Doors
from api.lane.first_step import step_at_once
from api.lane.key_watch import KeyWatch
from api.lane.keyring import KeyRing
from api.lane.lane import App, Lane, Receive, Scope
from api.lane.metering import UsageMeter
from api.lane.quotas import Quotas
from api.lane.seat import Seat
from api.lane.signatures import Signatures
from api.lane.stream_seats import StreamSeats
from api.lane.usage_reports import UsageReporter
from api.languages import Languages
from api.rendered import RenderedCache
from runtime.deployment_secret import read_secret
from runtime.garbage import collect_seldom
from runtime.ledger.database import Ledger
from runtime.ledger.keys import Credential
from runtime.ledger.quotas import forget_windows
from runtime.settings import Settings
from runtime.store_connection import open_store

_GARBAGE_THRESHOLDS: Final = (5_000, 20, 20)
"""Objects made, less those let go, before a search of the young ones, and searches before one of the next older: else
700, 10, 10. A search is one pause: with 20,000 and values that it went through, a city's made it 80 ms."""

STORE_TIMEOUT_S: Final = 1.0
COUNTS_FOLDER: Final = "counts"
KEEP_DAYS: Final = 3
"""A lease whose process never came back is written off after this long; its tokens count as spent."""


class LaneRuntime:
    """Everything the lane needs while it runs: started and stopped as one."""

    def __init__(
        self,
        app: App,
        *,
        settings: Settings,
        rendered: RenderedCache,
        languages: Languages | None = None,
        fate: Fate | None = None,
    ) -> None:
        self._fate = fate = fate or Fate()
        self._folder = settings.data_folder / COUNTS_FOLDER
        self._ledger = Ledger(settings.database)
        self._store = open_store(settings.store, timeout_s=STORE_TIMEOUT_S)
        file = create_count_file(self._folder, secrets.token_hex(6))
        self._meter = UsageMeter(file)
        self.quotas = Quotas(store=self._store, ledger=self._ledger, file=file, namespace=settings.namespace, fate=fate)
        self.ring = KeyRing(self._ledger, self._seat)
        self._watch = KeyWatch(self.ring, self._ledger, self._store, settings.namespace, fate=fate)
        self._reporter = UsageReporter(settings, self._meter, fate)
        secret = read_secret(settings)
        signatures = Signatures(self.ring, self._store, namespace=settings.namespace, secret=secret)
        doors = Doors(
            self.ring, signatures, languages=languages or Languages(), trusted_proxies=settings.trusted_proxies
        )
        self._stream_seats = StreamSeats(self._store, secrets.token_hex(6), settings.namespace)
        self._saying: asyncio.Task[None] | None = None
        self.lane = Lane(
            app,
            doors=doors,
            quotas=self.quotas,
            rendered=rendered,
            meter=self._meter,
            stream_seats=self._stream_seats,
        )

    def _seat(self, credential: Credential) -> Seat:
        return Seat(credential, self.quotas.allowance, self._meter)

    async def start(self) -> None:
        """Load the keys and begin to lease; where that fails, what was begun is ended.

        Raises:
            ServiceError: the ledger's database does not answer.
        """
        try:
            await self._begin()
        except BaseException:
            await self.stop()
            raise

    async def _begin(self) -> None:
        await self._watch.start()
        ended = datetime.now(UTC) - timedelta(days=KEEP_DAYS)
        async with self._ledger.write() as session:
            await forget_windows(session, before_day=ended.strftime("%Y-%m-%d"))
        await self.quotas.start(self._folder, self._reporter.report_all)
        await self._reporter.start()
        self._saying = asyncio.create_task(self._stream_seats.say_for_ever(), name="stream seats")
        self._fate.hang_on(self._saying)

    async def stop(self) -> None:
        """Give back what is unspent, report what was used; the file stays where either could not be done."""
        if self._saying is not None:
            self._saying.cancel()
            await asyncio.gather(self._saying, return_exceptions=True)
        await self._watch.stop()
        returned = await self.quotas.stop()
        reported = await self._reporter.stop()
        self._meter.file.close(remove=returned and reported)
        await self._store.aclose()
        await self._ledger.close()


class _WithLane:
    """The ASGI application that a server runs: starts the lane before the application and stops it after."""

    def __init__(
        self, app: App, *, settings: Settings, rendered: RenderedCache, languages: Languages | None, fate: Fate
    ) -> None:
        self._app = app
        self._languages = languages
        self._fate = fate
        self._settings = settings
        self._rendered = rendered
        self._runtime: LaneRuntime | None = None

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Hand a request to the lane, once the server has started it."""
        if scope["type"] == "lifespan":
            return self._live(scope, receive, send)
        if self._runtime is None:
            raise RuntimeError("the server answered requests before it started the application (lifespan)")
        return self._runtime.lane(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Follow the application's own start and stop."""

        async def send_on(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "lifespan.shutdown.complete" and self._runtime is not None:
                runtime, self._runtime = self._runtime, None
                await runtime.stop()
            await send(message)

        async def receive_on() -> MutableMapping[str, Any]:
            message = await receive()
            if message["type"] == "lifespan.startup":
                runtime = LaneRuntime(
                    self._app,
                    settings=self._settings,
                    rendered=self._rendered,
                    languages=self._languages,
                    fate=self._fate,
                )
                await runtime.start()
                self._runtime = runtime
                step_at_once(asyncio.get_running_loop())
                collect_seldom(_GARBAGE_THRESHOLDS)
            return message

        await self._app(scope, receive_on, send_on)


def build_lane(
    app: App,
    *,
    settings: Settings,
    rendered: RenderedCache,
    languages: Languages | None = None,
    fate: Fate | None = None,
) -> App:
    """``app`` with the lane in front. Serve this; the lane starts and stops with the application's lifespan.

    ``fate`` is sealed when one of the lane's tasks fails: the process must end then.

    The application finds the partner in ``scope["state"]["partner"]`` (runtime.ledger.keys.Credential) and puts the
    answers it renders into ``rendered`` under ``api.reached.view_for.kept_as(request)``; ``languages`` are those that
    names are told in (none: as they stand).
    """
    return _WithLane(app, settings=settings, rendered=rendered, languages=languages, fate=fate or Fate())
