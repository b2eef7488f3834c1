"""Keys as this process knows them, true as long as the change channel beats."""

import asyncio
import contextlib
import hmac
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from api.lane.pace import Pace
from api.lane.seat import Seat
from api.problems import INVALID_KEY, KEYS_UNAVAILABLE, Problem
from runtime.errors import ServiceError
from runtime.ledger.database import Ledger
from runtime.ledger.key_format import find_key_id, key_hash
from runtime.ledger.keys import Credential, load_credentials

FRESH_S: Final = 0.9
"""Keys are believed for this long after the last heartbeat of the change channel, or the last reading of the ledger's
record of changes; then SQL decides. Less than the second within which a revoked key must stop, by what asking takes."""

RECHECK_S: Final = 0.25
"""Without heartbeats a key asked of SQL is believed for this long."""

UNKNOWN_LOOKUPS_PER_S: Final = 20
"""Keys nobody knows reach SQL no oftener than this, whatever floods in."""

RENEW_S: Final = 1.0
"""A partner refused for want of a grant has its agreements read again, no oftener than this."""

UNKNOWN_KEPT: Final = 4096
UNKNOWN_LIVES_S: Final = 5.0


class KeyRing:
    """Looks keys up. ``find`` is for the hot path; ``look_up`` for keys not seen before, and for doubtful times."""

    def __init__(self, ledger: Ledger, seat: Callable[[Credential], Seat]) -> None:
        self._ledger = ledger
        # One reading at a time: of two at once the one that began before a change could end after it and undo it.
        self._reading = asyncio.Lock()
        self._make_seat = seat
        self._seats: dict[bytes, Seat] = {}
        self._credentials: dict[str, Credential] = {}
        self._asked_at: dict[str, float] = {}
        self._renew_at: dict[str, float] = {}
        self._unknown: dict[bytes, float] = {}
        self._asking: dict[bytes, asyncio.Task[Credential | None]] = {}
        self._unknown_pace = Pace(UNKNOWN_LOOKUPS_PER_S)
        self.fresh_until = 0.0

    def find(self, text: bytes, now: float) -> Seat | None:
        """The seat of a key looked up before, while that is believed at ``now`` (monotonic, s)."""
        return self._seats.get(key_hash(text)) if now < self.fresh_until else None

    async def look_up(self, text: bytes) -> Seat | Problem:
        """The seat of a key, or why it has none."""
        key_id = find_key_id(text)
        if key_id is None:
            return INVALID_KEY
        digest, now = key_hash(text), time.monotonic()
        try:
            credential = await self._credential(key_id, digest, now)
        except ServiceError:
            return KEYS_UNAVAILABLE
        if credential is None or not hmac.compare_digest(credential.hash, digest):
            return INVALID_KEY
        return self._seat_of(credential)

    async def look_up_id(self, key_id: str) -> Seat | Problem:
        """The seat of a key by its id, for a request whose signature proves that its sender has the key's secret."""
        known = self._credentials.get(key_id)
        try:
            credential = await self._credential(key_id, known.hash if known else key_id.encode(), time.monotonic())
        except ServiceError:
            return KEYS_UNAVAILABLE
        return INVALID_KEY if credential is None else self._seat_of(credential)

    def _seat_of(self, credential: Credential) -> Seat:
        seat = self._seats.get(credential.hash)
        if seat is None or seat.credential != credential:
            seat = self._seats[credential.hash] = self._make_seat(credential)
        return seat

    async def load_all(self) -> None:
        """Read every key.

        Raises:
            ServiceError: the database does not answer; what was known is kept.
        """
        async with self._reading:
            async with self._ledger.read() as session:
                found = await load_credentials(session)
            self._credentials.clear()
            self._take(found)
        self._seats = {digest: self._renewed(seat) for digest, seat in self._seats.items()}

    async def reload(self, partner_id: str) -> None:
        """Read one partner's keys again after a change.

        Raises:
            ServiceError: the database does not answer; nothing cached is believed until it does.
        """
        try:
            await self._read_again(partner_id)
        except ServiceError:
            self.fresh_until = 0.0
            raise

    async def _read_again(self, partner_id: str) -> None:
        async with self._reading:
            async with self._ledger.read() as session:
                found = await load_credentials(session, partner_id=partner_id)
            self._take(found)
        for digest, seat in list(self._seats.items()):
            if seat.credential.partner_id == partner_id:
                self._seats[digest] = self._renewed(seat)

    async def renew(self, seat: Seat) -> Seat:
        """The seat as the ledger has it now, for who was just given what it does not hold yet.

        A partner is asked about once a second at most, all of them as seldom as keys that nobody knows; else, and
        where the ledger does not answer, the seat is what it was.
        """
        now, credential = time.monotonic(), seat.credential
        if now < self._renew_at.get(credential.partner_id, 0.0) or not self._may_ask(credential.hash, now):
            return seat
        self._renew_at[credential.partner_id] = now + RENEW_S
        with contextlib.suppress(ServiceError):
            await self._read_again(credential.partner_id)
        return self._seats.get(credential.hash, seat)

    def note_heartbeat(self, at: float) -> None:
        """The change channel was heard, or the record of changes read, at ``at`` (monotonic, s): keys hold on."""
        self.fresh_until = max(self.fresh_until, at + FRESH_S)

    def used_keys(self) -> Iterable[str]:
        """Ids of the keys used since this was last asked."""
        for seat in self._seats.values():
            if seat.used:
                seat.used = False
                yield seat.credential.key_id

    def _renewed(self, seat: Seat) -> Seat:
        credential = self._credentials.get(seat.credential.key_id)
        if credential is None or credential == seat.credential:
            return seat
        return self._make_seat(credential)

    def _take(self, found: Sequence[Credential]) -> None:
        now = time.monotonic()
        for credential in found:
            self._credentials[credential.key_id] = credential
            self._asked_at[credential.key_id] = now
        if found:
            self._unknown.clear()

    async def _credential(self, key_id: str, digest: bytes, now: float) -> Credential | None:
        known = self._credentials.get(key_id)
        if known is not None:
            believed = now < self.fresh_until or now - self._asked_at[key_id] < RECHECK_S
            # A wrong secret for a known id needs no asking: the hash of a key never changes.
            if believed or not hmac.compare_digest(known.hash, digest):
                return known
        else:
            return await self._ask_of_unknown(key_id, digest, now)
        return await self._ask(key_id, digest, now)

    async def _ask_of_unknown(self, key_id: str, digest: bytes, now: float) -> Credential | None:
        """One question for all who ask by the same new key at once: its first requests may come in a burst."""
        asking = self._asking.get(digest)
        if asking is None:
            if not self._may_ask(digest, now):
                return None
            asking = self._asking[digest] = asyncio.create_task(self._ask(key_id, digest, now))
            asking.add_done_callback(lambda _: self._asking.pop(digest, None))
        return await asyncio.shield(asking)

    async def _ask(self, key_id: str, digest: bytes, now: float) -> Credential | None:
        async with self._reading:
            async with self._ledger.read() as session:
                found = await load_credentials(session, key_id=key_id)
            self._take(found)
        if not found:
            self._remember_unknown(digest, now)
            return None
        return found[0]

    def _may_ask(self, digest: bytes, now: float) -> bool:
        if now - self._unknown.get(digest, -UNKNOWN_LIVES_S) < UNKNOWN_LIVES_S:
            return False
        return self._unknown_pace.allows(now)

    def _remember_unknown(self, digest: bytes, now: float) -> None:
        if len(self._unknown) >= UNKNOWN_KEPT:
            del self._unknown[next(iter(self._unknown))]
        self._unknown[digest] = now
