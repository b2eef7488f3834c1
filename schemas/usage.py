"""What partners used, as API processes report it."""

from typing import Final

import msgspec

REFUSED: Final = "!"
"""Begins the kind of a refusal; the problem's name follows."""

NOBODY: Final = "-"
"""Stands for a partner where a request came from none that is known."""


class UsageReport(msgspec.Struct, frozen=True, kw_only=True):
    """Requests a partner spent in one process since that process's last report.

    ``grant`` is the id of the grant it was used under, empty for an open product. A ``kind`` that begins with ``!`` is
    a refusal, named by its problem; ``partner`` is ``-`` where the request came from nobody known. ``id`` is unique to
    the process and report, so that metering a report twice counts it once.
    """

    id: str
    partner: str
    minute_starts_at: int
    kind: str
    requests: int
    tokens: int
    refused: int
    grant: str = ""
