"""The folder that a recording is kept in, looked at before anything is received."""

import os
from pathlib import Path

from runtime.errors import UserError


def make_archive_folder(archive: Path, *, option: str) -> None:
    """Make the folder where it is not there yet; ``option`` is where a person named it.

    Raises:
        UserError: it is a file, or nothing can be made in it.
    """
    try:
        archive.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise UserError(f"{option} {archive}: no folder can be made there: {refused.strerror}") from None
    if not os.access(archive, os.W_OK | os.X_OK):
        raise UserError(f"{option} {archive}: nothing can be written there: it takes other rights")
