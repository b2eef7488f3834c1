"""PostgreSQL as a local child process, for tests against the database that servers use."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

import psycopg

from runtime.embedded.child import ChildPlan
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.server import EmbeddedServer
from runtime.errors import ServiceError, UserError

HOW_TO_GET: Final = "install PostgreSQL (on Debian: apt-get install postgresql)"
SUPERUSER: Final = "headway"

_DEBIAN: Final = Path("/usr/lib/postgresql")
_INIT_WITHIN_S: Final = 120
_PROBE_TIMEOUT_S: Final = 2
"""The least that its client library takes."""


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs, newest version first; ``None`` where it is not installed."""
    versions = sorted(
        (path for path in _DEBIAN.glob("*/bin") if (path / "initdb").exists()),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
    )
    if versions:
        return versions[-1]
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Postgres(EmbeddedServer):
    """One server whose data does not outlive it in earnest: it never waits for the disk.

    PostgreSQL refuses to run as root. Where we are root it runs as ``postgres`` or ``nobody``, so ``folder`` must be
    reachable for them: not below a folder that only root may enter.
    """

    name = "postgres"
    ready_within_s = 60.0

    @property
    def user(self) -> str | None:
        """Whom the server runs as; ``None`` for ourselves."""
        return None if os.geteuid() != 0 else _unprivileged_user()

    def url(self, database: str = "postgres", driver: str = "postgresql+asyncpg") -> str:
        """SQLAlchemy's URL of one of its databases."""
        return f"{driver}://{SUPERUSER}@{self.address}/{database}"

    def prepare(self) -> None:
        """Make the data folder the first time."""
        super().prepare()
        if (self.folder / "data" / "PG_VERSION").exists():
            return
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        options = ["-D", str(self.folder / "data"), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        run = subprocess.run(  # noqa: S603 - the command is ours, no shell is involved
            [str(self._programs() / "initdb"), *options],
            capture_output=True,
            text=True,
            timeout=_INIT_WITHIN_S,
            check=False,
            user=self.user,
            cwd=self.folder,
        )
        if run.returncode != 0:
            raise ServiceError(f"initdb in {self.folder} failed: {run.stderr.strip()}")

    def plan(self) -> ChildPlan:
        """How the server is run."""
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "32MB",
            "max_connections": "200",
        }
        options = [f"--{key}={value}" for key, value in settings.items()]
        return ChildPlan(
            name=self.name,
            command=[str(self._programs() / "postgres"), "-D", str(self.folder / "data"), *options],
            log=self.log,
            stop_signal=signal.SIGINT,  # ends open connections instead of waiting for them
            death_signal=signal.SIGINT,
            user=self.user,
            folder=self.folder,
        )

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        try:
            with psycopg.connect(self.url(driver="postgresql"), connect_timeout=_PROBE_TIMEOUT_S) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _programs(self) -> Path:
        programs = find_postgres()
        if programs is None:
            raise UserError(f"PostgreSQL is not on this machine: {HOW_TO_GET}")
        return programs


def _unprivileged_user() -> str:
    import pwd  # noqa: PLC0415 - only POSIX systems have it, and only root needs it

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
