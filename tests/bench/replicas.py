"""Real API processes over real servers, killed and started at will, for benches of what partners are promised."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.ports import find_free_port
from runtime.embedded.valkey import Valkey
from runtime.errors import UserError
from runtime.ledger.announce import announce_change
from runtime.ledger.database import Ledger
from runtime.ledger.grants import NewGrant, add_grant
from runtime.ledger.keys import issue_key
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import Plan, set_plan
from runtime.ledger.products import get_product, publish, withdraw_product
from runtime.settings import Settings
from runtime.topics.ensure import ensure_topics
from tests.faults.town import NAME, Town, wait_until_served
from transit.grants.agreements import AreaTerms, Product

COUNT: Final = 4
PRODUCT: Final = Product(
    id="times",
    version=0,
    name="Times",
    description="When the next vehicles come, and nothing about them",
    supply="granted",
    fields=("distance", "expected", "verdict"),
    area=AreaTerms(timetables=(NAME,)),
)
AMPLE: Final = Plan(name="ample", burst_per_s=100_000, burst_size=200_000, per_day=10**9, per_month=10**10, streams=100)
_PLACE: Final = Path(__file__).parents[2]


class Replicas:
    """``COUNT`` API processes, each on a port of its own, and whatever else of Headway runs beside them."""

    def __init__(self, settings: Settings, folder: Path, kafka: KafkaCluster) -> None:
        self.settings = settings
        self.kafka = kafka
        self.ledger = Ledger(settings.database)
        self.ports = [find_free_port() for _ in range(COUNT)]
        self.town = Town()
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._filling: asyncio.Task[None] | None = None

    def start(self, name: str, *command: str, port: int = 0) -> None:
        """Run ``headway`` with ``command`` under a name; what it says goes to a log of that name."""
        said = self.settings.model_dump(mode="json", exclude_unset=True) | {"api_port": port or 8000}
        words = {
            f"HEADWAY_{key.upper()}": each if isinstance(each, str) else json.dumps(each) for key, each in said.items()
        }
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "headway", *command],
                env={**os.environ, **words},
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=_PLACE,
            )

    def start_api(self, place: int) -> None:
        """Start the API process of a place, on the port that it has or had."""
        self.start(f"api-{place}", "api", "--operations-port", "0", port=self.ports[place])

    def kill(self, name: str) -> None:
        """Kill a process as the kernel would."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def end(self, *names: str) -> None:
        """End processes in their own time."""
        for name in names:
            self._running[name].send_signal(signal.SIGTERM)
        for name in names:
            self._running.pop(name).wait(20)

    async def open(self) -> None:
        """Lay out town and shelf, and serve."""
        await self.town.lay_out(self.settings, AMPLE)
        async with self.ledger.write() as session:
            await withdraw_product(session, "open", actor="bench")
            await publish(session, PRODUCT, actor="bench")
        self._filling = asyncio.create_task(self._fill())
        for place in range(COUNT):
            self.start_api(place)
        await self.wait_served()

    async def wait_served(self) -> None:
        """Until every API process answers.

        Raises:
            UserError: one does not, with the last that it said.
        """
        served = (wait_until_served(f"http://127.0.0.1:{port}", within_s=150) for port in self.ports)
        try:
            await asyncio.gather(*served)
        except AssertionError as silent:
            said = [f"{log.name}: {log.read_text(errors='replace')[-600:]}" for log in self._folder.glob("api-*.log")]
            raise UserError("\n".join([str(silent), *said])) from None

    async def _fill(self) -> None:
        """Keep the one bus on its way, as serving would."""
        while True:
            await asyncio.sleep(20)
            await self.town.fill(self.settings)

    async def add_partner(self, name: str, plan: Plan, *, days: int | None = 365, own: bool = False) -> "Partner":
        """A partner with a key and a grant of the product; ``own``: the plan is that of the grant alone."""
        async with self.ledger.write() as session:
            await set_plan(session, plan, actor="bench")
            await session.flush()
            partner = await add_partner(session, name=name, plan=AMPLE.name if own else plan.name, actor="bench")
            key = await issue_key(session, partner.id, actor="bench")
            terms = NewGrant(
                partner_id=partner.id, purpose="bench", rule="bench", days=days, plan=plan.name if own else None
            )
            grant = await add_grant(session, await get_product(session, PRODUCT.id), terms, actor="bench")
        await announce_change(self.settings, partner.id)
        return Partner(partner.id, name, key.id, key.text, grant.id)

    async def close(self) -> None:
        """End everything by force."""
        if self._filling is not None:
            self._filling.cancel()
        for name in list(self._running):
            self.kill(name)
        await self.ledger.close()


class Partner:
    """Who asks."""

    def __init__(self, partner_id: str, name: str, key_id: str, key: str, grant_id: str) -> None:
        self.id, self.name, self.key_id, self.key, self.grant_id = partner_id, name, key_id, key, grant_id


@asynccontextmanager
async def replicas(folder: Path) -> AsyncIterator[Replicas]:
    """Servers and API processes while the block runs."""
    with Valkey(folder / "valkey") as store, KafkaCluster(folder / "kafka") as broker:
        settings = Settings(
            broker=broker.address,
            broker_idempotence=True,
            store=store.url,
            database=f"sqlite:///{folder / 'ledger.db'}",
            data_folder=folder / "headway",
        )
        await ensure_topics(settings)
        running = Replicas(settings, folder, broker)
        try:
            await running.open()
            yield running
        finally:
            await running.close()


class Tally:
    """What a load generator saw of one partner: requests sent, answers received, by status, and when."""

    def __init__(self) -> None:
        self.sent = 0
        self.answered_at: list[float] = []
        self.statuses: dict[int, int] = {}

    @property
    def answered(self) -> int:
        """Answers that cost a token."""
        return self.statuses.get(200, 0)


async def ask_without_end(
    port: int, request: bytes, tally: Tally, over: asyncio.Event, *, pause_s: float = 0.0
) -> None:
    """One connection: the next request as soon as the last was answered; connected again wherever it breaks."""
    while not over.is_set():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        try:
            while not over.is_set():
                writer.write(request)
                tally.sent += 1
                status = await _read_answer(reader)
                tally.statuses[status] = tally.statuses.get(status, 0) + 1
                if status == 200:
                    tally.answered_at.append(time.monotonic())
                await asyncio.sleep(pause_s if status == 200 else 0.02)
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.05)
        finally:
            writer.close()


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head[9:12])


CHANCE: Final = random.SystemRandom()
