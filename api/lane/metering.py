"""Usage counted as it happens, by partner, kind and minute, in the process's count file; whole minutes are reported."""

import time
from collections.abc import Iterator
from typing import Final

import structlog

from api.lane.count_file import CountFile
from schemas.usage import REFUSED, UsageReport

USAGE: Final = "usage|"
SPILLED: Final = "spilled"
"""Takes what cannot be counted any more while the broker is away for hours; never reported."""

KEPT_FREE: Final = 2048
"""Slots that usage leaves to leases, which no process can do without."""

MINUTE_S: Final = 60
_FIELDS: Final = 4
_log = structlog.get_logger(__name__)


class PartnerUsage:
    """A partner's counts of the running minute, under one grant (empty: an open product)."""

    __slots__ = ("_bases", "_meter", "grant_id", "partner_id")

    def __init__(self, partner_id: str, grant_id: str, meter: "UsageMeter") -> None:
        self.partner_id = partner_id
        self.grant_id = grant_id
        self._meter = meter
        self._bases: dict[bytes, int] = {}

    def count(self, kind: bytes, tokens: int, now: float) -> None:
        """Count a request of this kind that was answered at ``now`` (monotonic, s) for these tokens."""
        if now >= self._meter.minute_ends:
            self._meter.turn(now)
        base = self._bases.get(kind) or self._open(kind)
        cells = self._meter.cells
        cells[base] += 1
        cells[base + 1] += tokens

    def count_refused(self, kind: bytes, now: float) -> None:
        """Count a request that was refused for want of quota."""
        if now >= self._meter.minute_ends:
            self._meter.turn(now)
        self._meter.cells[(self._bases.get(kind) or self._open(kind)) + 2] += 1

    def forget(self) -> None:
        """Begin another minute."""
        self._bases.clear()

    def _open(self, kind: bytes) -> int:
        base = self._bases[kind] = self._meter.open_slot(self.partner_id, kind, self.grant_id)
        return base


class UsageMeter:
    """Every partner's counts in this process."""

    def __init__(self, file: CountFile) -> None:
        self.file = file
        self.cells = file.cells
        self.minute_ends = 0.0
        self._minute = 0
        self._is_full = False
        self._partners: dict[tuple[str, str], PartnerUsage] = {}

    def partner(self, partner_id: str, grant_id: str = "") -> PartnerUsage:
        """The partner's counts under a grant."""
        found = self._partners.get((partner_id, grant_id))
        if found is None:
            found = self._partners[partner_id, grant_id] = PartnerUsage(partner_id, grant_id, self)
        return found

    def count_refusal(self, partner_id: str, slug: str, now: float) -> None:
        """Count a request that was refused for what the problem's slug says, at ``now`` (monotonic, s)."""
        self.partner(partner_id).count_refused(f"{REFUSED}{slug}".encode(), now)

    def turn(self, now: float) -> None:
        """Begin the minute that runs at ``now`` (monotonic, s)."""
        wall = time.time()
        # Never back: a minute that was reported takes no more counts, even when the clock is set.
        self._minute = max(self._minute, int(wall // MINUTE_S) * MINUTE_S)
        self.minute_ends = now + self._minute + MINUTE_S - wall
        for usage in self._partners.values():
            usage.forget()

    def begin_of_minute(self) -> int:
        """When the running minute began (POSIX s); every earlier one takes no more counts."""
        now = time.monotonic()
        if now >= self.minute_ends:
            self.turn(now)
        return self._minute

    def open_slot(self, partner_id: str, kind: bytes, grant_id: str) -> int:
        """The base of the slot that counts this partner, kind, grant and minute."""
        if self.file.free_count <= KEPT_FREE:
            if not self._is_full:
                _log.error("usage_not_counted", reason="the count file is full: the broker is away too long")
            self._is_full = True
            return self.file.slot(SPILLED)
        self._is_full = False
        return self.file.slot(f"{USAGE}{partner_id}|{self._minute}|{kind.decode('ascii', 'replace')}|{grant_id}")


def list_reports(file: CountFile, *, before_s: float) -> Iterator[tuple[str, UsageReport]]:
    """Slots of minutes over before ``before_s`` (POSIX s) and their reports.

    A report's id is its process, partner, minute and kind: sent again, by whomever, it is the same report.
    """
    for name in file.names():
        if not name.startswith(USAGE):
            continue
        _, partner_id, minute, kind, *grant = name.split("|", _FIELDS)
        if int(minute) + MINUTE_S > before_s:
            continue
        requests, tokens, refused, _ = file.counts(name)
        yield (
            name,
            UsageReport(
                id=":".join((file.process, partner_id, minute, kind, *filter(None, grant))),
                partner=partner_id,
                minute_starts_at=int(minute),
                kind=kind,
                requests=requests,
                tokens=tokens,
                refused=refused,
                grant="".join(grant),
            ),
        )
