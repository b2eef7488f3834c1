"""What partners used, as API processes report it."""

import msgspec


class UsageReport(msgspec.Struct, frozen=True, kw_only=True):
    """Requests a partner spent in one process since that process's last report.

    ``id`` is unique to the process and report, so that metering a report twice counts it once.
    """

    id: str
    partner: str
    minute_starts_at: int
    kind: str
    requests: int
    tokens: int
    refused: int
