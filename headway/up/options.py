"""What ``headway up`` was asked for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulators.network.line_plan import HOME_ZONE

TANSU: Final = "tansu"
KAFKA: Final = "kafka"

TANSU_LINES_MAX: Final = 60
"""Above this many lines Tansu's memory would have to be renewed more often than hourly: Apache Kafka keeps on disk."""

POLL_S: Final = 5.0
POLL_LARGE_S: Final = 10.0
LARGE_CITY_LINES: Final = 200
"""A simulated city of more lines is polled seldom: its vehicles report each 8 to 30 s, as real ones do."""

CITY: Final = "city"
"""The simulated city's feed and timetable."""


@dataclass(frozen=True, kw_only=True)
class UpOptions:
    """``broker`` is ``tansu``, ``kafka`` or the address of one that runs elsewhere.

    ``store`` and ``database`` are URLs; ``None`` starts a local Valkey, and keeps a SQLite file. ``name`` is the
    timetable's and its feeds'. Without ``gtfs`` and ``positions`` a simulated city is run, of ``city_lines`` lines
    where that is not ``None``, by the clock of ``zone``; with ``truth`` it tells what really happens too, for scoring.
    ``beside`` are the feed's trip updates and alerts, where they stand apart. ``broker_memory_mb`` caps Tansu, which is
    renewed when it holds more. ``record`` is an archive to keep all that comes in, and the answers, the last
    ``record_days`` of it where they are said.
    """

    folder: Path
    workers: int = 1
    api: int = 1
    broker: str = TANSU
    store: str | None = None
    database: str | None = None
    gtfs: str | None = None
    name: str | None = None
    positions: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    port: int = 8000
    host: str = "127.0.0.1"
    broker_memory_mb: int = 1024
    poll_s: float = POLL_S
    speed: float = 1.0
    record: Path | None = None
    record_days: int | None = None
    city_lines: int | None = None
    zone: str = HOME_ZONE
    truth: bool = False

    @property
    def is_simulated(self) -> bool:
        """Whether the small city's vehicles are simulated too."""
        return not self.positions
