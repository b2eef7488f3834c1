"""Whether a request that stays open, such as a stream, may go on, and what it may be told by now."""

import time

from api.lane.keyring import KeyRing
from api.problems import NETWORK_NOT_ALLOWED, NOT_GRANTED, Problem
from api.refusal import Refusal
from runtime.ledger.keys import Credential
from transit.grants.networks import is_within
from transit.grants.reach import Reach


class Standing:
    """One open request's key and kind, asked about again and again: in ``scope["state"]["standing"]``."""

    def __init__(self, ring: KeyRing, credential: Credential, kind: bytes, product_id: str, *, client: str) -> None:
        self._ring = ring
        self._key_id = credential.key_id
        self._partner_id = credential.partner_id
        self._kind = kind
        self._product_id = product_id
        self._client = client

    @property
    def partner_id(self) -> str:
        """Whose request it is."""
        return self._partner_id

    async def reach(self) -> Reach:
        """What the request may be told at this moment; another one after an owner withdrew, say.

        Awaits nothing as long as keys are believed. Ask before each thing sent, or twice a second.

        Raises:
            Refusal: the key was revoked, expired or limited to other networks, its partner suspended, or its grant is
                over: close the stream.
        """
        seat = await self._ring.look_up_id(self._key_id)
        if isinstance(seat, Problem):
            raise Refusal(seat, seat.mending)
        at = time.time()
        problem = seat.check(at)
        if problem is not None:
            raise Refusal(problem, problem.mending)
        place = seat.place_of(self._kind, self._product_id, at)
        if place is None:
            raise Refusal(NOT_GRANTED, NOT_GRANTED.mending)
        for networks in (seat.networks, place.networks):
            if networks and not is_within(self._client, networks):
                raise Refusal(NETWORK_NOT_ALLOWED, NETWORK_NOT_ALLOWED.mending)
        return place.reach
