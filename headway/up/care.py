"""What is done while Headway runs: dead processes and servers are started again, the laptop's broker is renewed."""

import asyncio
import signal
import time
from collections.abc import Callable
from typing import Final

from headway.up.deployment import Deployment
from headway.up.options import UpOptions
from headway.up.renewal import Renewal, RenewalPlan, recover, renew
from headway.up.run_lock import record_children
from headway.up.servers import Servers
from headway.up.service import Death, Service
from headway.up.supervisor import Supervisor
from headway.up.timetable import publish_again
from runtime.embedded.kafka import KafkaCluster
from runtime.embedded.tansu import Tansu
from schemas.api_process import ready_file

LOOK_EVERY_S: Final = 0.5
READY_WITHIN_S: Final = 40.0
"""How long an API process may take to start before the one that it is to follow goes on instead."""

_BYTES_PER_MB: Final = 1 << 20


class Care:
    """Watches over one deployment; what happens is told to ``say``, a line at a time."""

    def __init__(
        self, options: UpOptions, deployment: Deployment, servers: Servers, say: Callable[[str], None]
    ) -> None:
        self._options = options
        self._deployment = deployment
        self._servers = servers
        self._say = say
        self.supervisor = Supervisor(deployment.stages, on_death=self._tell_death, on_change=self._record)

    def start_sources(self) -> None:
        """Start what makes vehicles: it needs no server, only its GTFS."""
        self.supervisor.start(self._deployment.sources)

    def start_readers(self) -> None:
        """Start what takes longest to be ready; no timetable is needed before the first message."""
        self.supervisor.start([*self._deployment.readers, *self._deployment.apis[:1]])

    def start(self) -> None:
        """Start every process that the first answer needs and that does not run yet, those others wait for first."""
        deployment = self._deployment
        self.supervisor.start([*deployment.apis[:1], *deployment.readers, *deployment.doors, *deployment.sources])

    def start_rest(self) -> None:
        """Start the other API processes and the staff's port: the first answer need not share the machine with them."""
        self.supervisor.start([*self._deployment.apis, *self._deployment.staff])

    async def watch(self) -> None:
        """Watch for ever.

        Raises:
            UserError: a process refuses its settings.
            ServiceError: a server cannot be started again.
        """
        work = (self.supervisor.watch(), self._watch_broker(), self._watch_store(), self._renew_apis_when_told())
        try:
            async with asyncio.TaskGroup() as tasks:
                for each in work:
                    tasks.create_task(each)
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _renew_apis_when_told(self) -> None:
        """On SIGHUP each API process is followed by a new one: no connection is refused, no request lost."""
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, told.set)
        try:
            while True:
                await told.wait()
                told.clear()
                for service in self._deployment.apis:
                    await self._renew_api(service)
        finally:
            loop.remove_signal_handler(signal.SIGHUP)

    async def _renew_api(self, service: Service) -> None:
        folder, began = self._deployment.settings.data_folder, time.monotonic()
        if await service.succeed(lambda pid: ready_file(folder, pid), READY_WITHIN_S):
            self._say(f"{service.plan.name} was followed by a new process in {time.monotonic() - began:.1f} s")
        else:
            self._say(f"{service.plan.name} goes on: its successor was not ready, log: {service.log}")
        self._record(self.supervisor.pids())

    async def _watch_broker(self) -> None:
        broker = self._servers.broker
        if isinstance(broker, Tansu):
            await self._watch_tansu(broker)
        elif broker is not None:
            await self._watch_kafka(broker)

    async def _watch_tansu(self, broker: Tansu) -> None:
        plan = RenewalPlan(
            broker=broker,
            settings=self._deployment.settings,
            supervisor=self.supervisor,
            doors=self._deployment.doors,
            readers=self._deployment.readers,
            memory_bytes_max=self._options.broker_memory_mb * _BYTES_PER_MB,
        )
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if not broker.is_alive():
                self._say("the broker died and its memory with it: everything behind it starts again")
                await recover(plan, publish_again)
                self._record(self.supervisor.pids())
            elif broker.running().resident_bytes() > plan.memory_bytes_max:
                self._tell_renewal(await renew(plan))
                self._record(self.supervisor.pids())

    async def _watch_kafka(self, broker: KafkaCluster) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for node in broker.brokers:
                if not node.is_alive():
                    self._say(f"{node.name} died; it is started again on its data, log: {node.log}")
                    node.launch()
                    await asyncio.to_thread(node.wait_ready)
                    self._record(self.supervisor.pids())

    async def _watch_store(self) -> None:
        while self._servers.store is not None:
            await asyncio.sleep(LOOK_EVERY_S)
            if not self._servers.store.is_alive():
                self._say("the store died; it is started again, and serving fills it")
                await self._servers.restart_store()
                self._record(self.supervisor.pids())

    def _tell_death(self, death: Death) -> None:
        if death.again_in_s is None:
            self._say(f"{death.name} has finished")
            return
        self._say(
            f"{death.name} ended with code {death.code} and starts again in {death.again_in_s:g} s, log: {death.log}"
        )

    def _tell_renewal(self, renewal: Renewal) -> None:
        self._say(
            f"the broker was renewed in {renewal.took_s:.1f} s: {renewal.held_mb} MB before, {renewal.holds_mb} now, "
            f"{renewal.carried} records carried over, {renewal.unread} unread, epoch {renewal.epoch}"
        )

    def _record(self, pids: list[int]) -> None:
        record_children(self._options.folder, [*pids, *self._servers.pids()])
