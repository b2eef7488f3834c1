"""Where the servers of a running ``headway up`` are: other commands in the same folder find them by themselves."""

import fcntl
import json
import os
from pathlib import Path
from typing import Final

from runtime.private_file import keep_private
from runtime.settings import Settings, load_settings

OPERATOR_FILE: Final = "operator.token"
"""The operator's token, in the data folder."""

_SAID: Final = ("broker", "broker_idempotence", "store", "database", "namespace", "line_partitions")
"""What a command must know of a run; whatever a ``HEADWAY_…`` variable says of it comes first."""


def note_running(settings: Settings) -> None:
    """Write down, for the owner's eyes alone, where this run's servers are; good while the run lock is held."""
    keep_private(_file(settings.data_folder), json.dumps({name: getattr(settings, name) for name in _SAID}))


def load_running_settings() -> Settings:
    """The settings of this process, with the servers of the ``headway up`` that runs in its data folder, if one does.

    Raises:
        UserError: a variable is unknown, malformed or out of bounds.
    """
    settings = load_settings()
    if not _is_running(settings.data_folder):
        return settings
    try:
        noted = json.loads(_file(settings.data_folder).read_text())
    except (OSError, ValueError):
        return settings
    return settings.model_copy(
        update={name: noted[name] for name in _SAID if name in noted and f"HEADWAY_{name.upper()}" not in os.environ}
    )


def _file(folder: Path) -> Path:
    return folder / "up.servers"


def _is_running(folder: Path) -> bool:
    """Whether a ``headway up`` holds the folder."""
    try:
        with (folder / "up.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
