"""Where a command's tables are printed: in a terminal as wide as it is, else as wide as they need."""

import os
from typing import Final

from rich.console import Console

WIDE: Final = 240
"""Columns of a file or a pipe: nobody's window cuts a line there."""


def open_paper() -> Console:
    """A console for standard output. Columns that the user has set (``COLUMNS``) count everywhere."""
    console = Console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDE
    return console
