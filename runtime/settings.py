"""Settings of every process, from ``HEADWAY_…`` environment variables; units are in the names."""

import difflib
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from runtime.errors import UserError
from schemas.topics import EMBEDDED_PARTITIONS
from transit.coordinates.datum import Datum


class FeedSettings(BaseModel, frozen=True):
    """One feed: where its messages come from and which timetable it speaks.

    ``source`` is an http(s) URL, a ``.pb`` file, a folder of them that changes, or a zip recording of
    ``<posix seconds>.pb``, which is replayed at ``speed`` times real time (0: as fast as it goes) from the recorded
    second ``from_s`` on and before ``to_s``, all its times moved by ``shift_s`` and its service dates by
    ``shift_days``. ``archive`` is a folder in which the door keeps what came in, the last ``archive_days`` of it where
    they are said. ``beside`` are URLs or files of the same feed's other messages: many agencies publish trip updates
    and alerts apart from positions. ``predictions`` says whose times are told where the feed's trip updates foretell
    some: Headway's alone, the agency's, or both, weighed by how right each has been (docs/operator.md).
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    timetable: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    source: Annotated[str, Field(min_length=1)]
    poll_s: Annotated[float, Field(gt=0, le=3600)] = 10.0
    speed: Annotated[float, Field(ge=0)] = 1.0
    max_bytes: Annotated[int, Field(gt=0)] = 64 * 1024 * 1024
    headers: dict[str, str] = {}
    from_s: int | None = None
    to_s: int | None = None
    shift_s: int = 0
    shift_days: int = 0
    archive: Path | None = None
    archive_days: Annotated[int | None, Field(ge=1, le=36_500)] = None
    beside: Annotated[tuple[str, ...], Field(max_length=8)] = ()
    predictions: Literal["own", "agency", "measured"] = "own"


Cuts = tuple[float, float, float]
Color = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{6}$")]


class CrowdingSettings(BaseModel, frozen=True, extra="forbid"):
    """What riders call crowded here: the loads at which ``moderate``, ``crowded`` and ``severe`` begin, by mode.

    A load is a share of the capacity, seated and standing; a capacity is the riders that a usual vehicle holds.
    """

    bus_cuts: Cuts = (0.4, 0.65, 0.9)
    rail_cuts: Cuts = (0.3, 0.6, 0.85)
    station_cuts: Cuts = (0.4, 0.7, 1.0)
    """Of the riders a platform is built for, or of those in its busiest hour where they are estimated."""
    bus_capacity: Annotated[int, Field(ge=1, le=500)] = 80
    rail_capacity: Annotated[int, Field(ge=1, le=5_000)] = 800
    colors: tuple[Color, Color, Color, Color] = ("2E9E5B", "E0B000", "E06A00", "C22030")

    @field_validator("bus_cuts", "rail_cuts", "station_cuts")
    @classmethod
    def _check_cuts(cls, cuts: Cuts) -> Cuts:
        if not 0 < cuts[0] < cuts[1] < cuts[2]:
            raise ValueError("three rising shares of the capacity are needed, such as [0.4, 0.65, 0.9]")
        return cuts


class CoordinateSettings(BaseModel, frozen=True, extra="forbid"):
    """Where this deployment lies, said once: in mainland China maps are drawn in GCJ-02 or BD-09.

    ``datum`` is what answers carry unless a request names another.
    """

    in_mainland_china: bool = False
    datum: Datum = Datum.WGS84

    @model_validator(mode="after")
    def _check_datum(self) -> "CoordinateSettings":
        if self.datum is not Datum.WGS84 and not self.in_mainland_china:
            raise ValueError(f"{self.datum.value} is of maps of mainland China; set in_mainland_china too")
        return self


class BikeShareSettings(BaseModel, frozen=True, extra="forbid"):
    """A bike share: the address of its ``gbfs.json``, fetched every ``poll_s``."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    url: str
    poll_s: Annotated[float, Field(ge=10, le=3600)] = 60.0
    headers: dict[str, str] = {}


class StationCountSettings(BaseModel, frozen=True, extra="forbid"):
    """Counters in stations and on platforms of one timetable: a JSON document, fetched every ``poll_s``."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    timetable: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    url: str
    poll_s: Annotated[float, Field(ge=5, le=3600)] = 30.0
    headers: dict[str, str] = {}


class ReplaySettings(BaseModel, frozen=True, extra="forbid"):
    """Which replay a process belongs to: it hears commands on the topic of the service it runs beside.

    ``from_offset`` is the first command that it has not been told of, ``paused`` how it begins.
    """

    id: str
    service_namespace: str = ""
    from_offset: Annotated[int, Field(ge=0)] = 0
    paused: bool = False


class Settings(BaseSettings):
    """Where the parts are and how this deployment is laid out."""

    model_config = SettingsConfigDict(env_prefix="HEADWAY_", frozen=True, extra="forbid")

    broker: str = "127.0.0.1:9092"
    broker_idempotence: bool = False
    """Whether the broker can tell a producer's repeated record: Apache Kafka can, the laptop's Tansu cannot."""

    store: str = "redis://127.0.0.1:6379/0"
    database: str = "sqlite+aiosqlite:///.headway/ledger.db"
    namespace: str = ""
    data_folder: Path = Path(".headway")
    timetable_folder: Path | None = None
    archive: Annotated[Path | None, BeforeValidator(lambda said: said or None)] = None
    """Where ``headway record --answers`` keeps passages: the API answers about the past from it."""
    history: Path | None = None
    """The history file that trackers begin from and stations' crowding is estimated from, made by ``headway learn``;
    none: trackers know the timetable alone."""
    line_partitions: Annotated[int, Field(ge=1, le=1024)] = EMBEDDED_PARTITIONS
    replication: Annotated[int, Field(ge=1, le=5)] = 1
    feeds: tuple[FeedSettings, ...] = ()
    bike_shares: Annotated[tuple[BikeShareSettings, ...], Field(max_length=16)] = ()
    """Bike shares whose stations stand in what is nearby."""
    station_counts: Annotated[tuple[StationCountSettings, ...], Field(max_length=16)] = ()
    """Counters of riders in stations."""
    crowding: CrowdingSettings = CrowdingSettings()
    coordinates: CoordinateSettings = CoordinateSettings()
    api_host: str = "127.0.0.1"
    api_port: Annotated[int, Field(ge=1, le=65535)] = 8000
    api_listener: Annotated[int, Field(ge=-1)] = -1
    """File descriptor of a listening socket that whoever started the API process holds, so that connections wait while
    one process follows another; -1: the process listens by itself."""
    replay: ReplaySettings | None = None
    replays_max: Annotated[int, Field(ge=0, le=32)] = 3
    """How many replays may run beside the live service: each is five processes and topics of its own."""
    operations_host: str = "127.0.0.1"
    operations_port: Annotated[int, Field(ge=0, le=65535)] = 8001
    operator_token: str = ""
    webhook_networks: tuple[str, ...] = ()
    """Networks inside, such as ``10.1.0.0/16``, that webhooks may reach, by http too; others are refused."""
    webhook_dead_after_s: Annotated[int, Field(ge=1)] = 86_400
    """An endpoint that failed at every attempt for so long is disabled."""
    deployment_secret: str = ""
    """Keys are derived from it: the audit's, partners' request-signing secrets. Empty: a file in the data folder."""
    admin_host: str = "127.0.0.1"
    admin_port: Annotated[int, Field(ge=0, le=65535)] = 8002
    trusted_proxies: tuple[str, ...] = ()
    """Networks of the balancers before the API: only their X-Forwarded-For says where a request comes from."""
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Where a door, tracker, splitter or serving process tells its health and counts; 0: nowhere."""
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("store")
    @classmethod
    def _check_store(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            is_whole = parts.scheme == "unix" or (parts.scheme in ("redis", "rediss") and bool(parts.hostname))
            _ = parts.port
        except ValueError:
            is_whole = False
        if not is_whole:
            # it may hold a password: what was said is not repeated
            raise ValueError("no address of a store; use redis://HOST:PORT/0, rediss:// or unix://")
        return url

    @field_validator("broker")
    @classmethod
    def _check_broker(cls, addresses: str) -> str:
        for address in addresses.split(","):
            found = _ADDRESS.fullmatch(address.strip())
            if found is None or not 0 < int(found[1]) < _PORTS:
                raise ValueError("no address of a broker; use HOST:PORT, of several with commas between them")
        return addresses

    @property
    def timetables(self) -> Path:
        """The folder that holds compiled timetables, shared by all processes."""
        return self.timetable_folder or self.data_folder / "timetables"


_PREFIX: Final = "HEADWAY_"
_ADDRESS: Final = re.compile(r"(?:[^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})")
"""A host's name, or its address (IPv6 in brackets), and a port."""

_PORTS: Final = 65_536
_ALIKE: Final = 0.9
"""Of 1: a variable that is so like a setting's is taken for that one misspelt."""


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises:
        UserError: a variable is misspelt, malformed or out of bounds.
    """
    refuse_misspelt(os.environ)
    return said_clearly(Settings)


def said_clearly(make: Callable[[], Settings]) -> Settings:
    """What ``make`` reads.

    Raises:
        UserError: a variable is malformed or out of bounds; the message names it.
    """
    try:
        return make()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = "HEADWAY_" + "_".join(str(part) for part in first["loc"]).upper()
        raise UserError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
    except SettingsError as wrong:
        # the library names the field in its words alone, and the variable's content, which may be secret, in none
        found = re.search(r'field "(\w+)"', str(wrong))
        name = "HEADWAY_" + (found[1].upper() if found else "...")
        raise UserError(f"{name} is no JSON: {wrong.__cause__}") from None


def refuse_misspelt(names: Iterable[str]) -> None:
    """Stop at a variable that is all but a setting's: what it says would go unheard.

    Others are not ours to judge: orchestrators put variables of their own beside these.

    Raises:
        UserError: there is one.
    """
    known = [_PREFIX + name.upper() for name in Settings.model_fields]
    for name in sorted(set(names) - set(known)):
        meant = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE) if name.startswith(_PREFIX) else []
        if meant:
            raise UserError(f"{name} is no setting; is {meant[0]} meant?")
