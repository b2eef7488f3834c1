"""How the processes of one machine are laid out: their settings, their order, their number."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from headway.up.options import CITY, KAFKA, UpOptions
from headway.up.running import OPERATOR_FILE
from headway.up.service import Service, ServicePlan
from runtime.embedded.ports import find_free_port, is_free
from runtime.errors import UserError
from runtime.private_file import keep_private
from runtime.settings import FeedSettings, Settings, load_settings

_NAME_PARTS: Final = re.compile(r"[^A-Za-z0-9]+")
_TOKEN_BYTES: Final = 24


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The processes in the order in which reports flow through them; ``settings`` are what all of them share."""

    settings: Settings
    sources: list[Service]
    doors: list[Service]
    readers: list[Service]
    apis: list[Service]
    staff: list[Service]
    operations_url: str
    staff_url: str

    @property
    def stages(self) -> list[list[Service]]:
        """The order in which processes end."""
        return [self.sources + self.doors, self.readers, self.apis + self.staff]


def timetable_name(options: UpOptions) -> str:
    """What the timetable is called: as asked for, else the stem of its file, or ``city``."""
    if options.name:
        return options.name
    if options.gtfs is None:
        return CITY
    stem = options.gtfs.rstrip("/").rpartition("/")[2].partition("?")[0].removesuffix(".zip")
    return _NAME_PARTS.sub("-", stem).strip("-").lower()[:64] or CITY


def shared_settings(options: UpOptions, *, broker: str, store: str) -> Settings:
    """What every process of the deployment agrees on; ``HEADWAY_…`` variables of our own speak where we do not.

    Raises:
        UserError: a variable is malformed, or there are more workers than partitions.
    """
    ours = load_settings()
    if options.workers > ours.line_partitions:
        raise UserError(
            f"--workers {options.workers}: the line topics have {ours.line_partitions} partitions, and a worker needs "
            "one at least; set HEADWAY_LINE_PARTITIONS"
        )
    update = {
        "broker": broker,
        "broker_idempotence": ours.broker_idempotence or options.broker == KAFKA,
        "store": store,
        "database": options.database or f"sqlite:///{options.folder / 'ledger.db'}",
        "data_folder": options.folder,
        "feeds": make_feeds(options),
        "api_host": options.host,
        "api_port": options.port,
        "operator_token": keep_token(options.folder / OPERATOR_FILE, ours.operator_token),
    }
    return ours.model_copy(update=update)


def make_feeds(options: UpOptions, city_port: int | None = None) -> tuple[FeedSettings, ...]:
    """A feed for each of the positions asked for, or the simulated city's."""
    name = timetable_name(options)

    def archive_of(feed: str) -> Path | None:
        return None if options.record is None else options.record / feed

    if options.is_simulated:
        served = f"http://127.0.0.1:{city_port or find_free_port()}"
        return (
            FeedSettings(
                id=CITY,
                timetable=name,
                source=f"{served}/vehicle_positions.pb",
                poll_s=options.poll_s,
                archive=archive_of(CITY),
                archive_days=options.record_days,
                beside=(f"{served}/alerts.pb",),
            ),
        )
    ids = [name] if len(options.positions) == 1 else [f"{name}-{n}" for n in range(1, len(options.positions) + 1)]
    return tuple(
        FeedSettings(
            id=feed,
            timetable=name,
            source=source,
            poll_s=options.poll_s,
            speed=options.speed,
            archive=archive_of(feed),
            archive_days=options.record_days,
            beside=options.beside,
        )
        for feed, source in zip(ids, options.positions, strict=True)
    )


def make_environment(settings: Settings) -> dict[str, str]:
    """A process's environment: ours, with ``settings`` said in ``HEADWAY_…`` variables."""
    said = {
        "BROKER": settings.broker,
        "BROKER_IDEMPOTENCE": str(settings.broker_idempotence).lower(),
        "STORE": settings.store,
        "DATABASE": settings.database,
        "NAMESPACE": settings.namespace,
        "DATA_FOLDER": str(settings.data_folder),
        "TIMETABLE_FOLDER": str(settings.timetables),
        "LINE_PARTITIONS": str(settings.line_partitions),
        "FEEDS": msgspec.json.encode([feed.model_dump(mode="json") for feed in settings.feeds]).decode(),
        "API_HOST": settings.api_host,
        "API_PORT": str(settings.api_port),
        "OPERATOR_TOKEN": settings.operator_token,
    }
    return {**os.environ, **{f"HEADWAY_{name}": value for name, value in said.items()}}


def make_deployment(options: UpOptions, settings: Settings, gtfs: str, listener: int) -> Deployment:
    """Every process of the deployment, none of them started. ``listener`` is the API's listening socket."""
    environment = make_environment(settings)
    logs = options.folder / "logs"

    def service(
        name: str, *arguments: str, may_finish: bool = False, descriptors: tuple[int, ...] = (), **said: str
    ) -> Service:
        mine = {**environment, **{f"HEADWAY_{key}": value for key, value in said.items()}}
        plan = ServicePlan(
            name=name,
            arguments=arguments,
            environment=mine,
            log_folder=logs,
            may_finish=may_finish,
            descriptors=descriptors,
        )
        return Service(plan)

    sources = []
    if options.is_simulated:
        port = settings.feeds[0].source.rpartition(":")[2].partition("/")[0]
        running = ("city", "run", "--gtfs", gtfs, "--port", port, "--every-s", str(options.poll_s))
        telling = ("--truth",) if options.truth else ()
        sources.append(service("city", *running, *telling))
    doors = [service(f"door-{feed.id}", "door", "--feed", feed.id, may_finish=True) for feed in settings.feeds]
    trackers = [service(f"tracker-{n}", "tracker") for n in range(1, options.workers + 1)]
    readers = [*trackers, service("splitter", "splitter"), service("scorer", "scorer")]
    readers += [service("serving", "serving"), service("metering", "metering"), service("city-file", "city-file")]
    readers.append(service("webhooks", "webhooks"))
    readers += [service("replays", "replays")] if settings.replays_max else []
    if options.record is not None:
        days = () if options.record_days is None else ("--keep-days", str(options.record_days))
        readers.append(service("record", "record", "--answers", "--to", str(options.record), *days))
    archive = "" if options.record is None else str(options.record)
    ports = _operations_ports(settings, options.api)
    admin_port = _free_port(settings.admin_port, settings.admin_host)
    return Deployment(
        settings=settings,
        sources=sources,
        doors=doors,
        readers=readers,
        apis=[
            service(
                f"api-{n}",
                "api",
                descriptors=(listener,),
                API_LISTENER=str(listener),
                OPERATIONS_PORT=str(port),
                ARCHIVE=archive,
            )
            for n, port in enumerate(ports, 1)
        ],
        staff=[service("admin", "admin", ADMIN_PORT=str(admin_port))],
        staff_url=f"http://{settings.admin_host}:{admin_port}",
        operations_url=f"http://{settings.operations_host}:{ports[0]}",
    )


def _operations_ports(settings: Settings, count: int) -> list[int]:
    """Each API process has its own; the first one's is where settings say, if that is free."""
    first = _free_port(settings.operations_port, settings.operations_host)
    return [first, *(find_free_port() for _ in range(count - 1))]


def _free_port(wanted: int, host: str) -> int:
    return wanted if wanted and is_free(wanted, host) else find_free_port()


def keep_token(file: Path, chosen: str) -> str:
    """The operator's token: the one ``chosen``, else one made once; our own commands find it in ``file``."""
    if not chosen and file.exists():
        return file.read_text().strip()
    token = chosen or secrets.token_urlsafe(_TOKEN_BYTES)
    keep_private(file, token)
    return token
