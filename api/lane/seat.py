"""A key that was looked up: everything the hot path needs to let its next request through."""

from collections.abc import Callable
from typing import Final, NamedTuple
from weakref import WeakSet

from api.deprecations.marks import Marks
from api.lane.allowance import Allowance
from api.lane.kinds import ARCHIVE, service_of
from api.lane.metering import PartnerUsage, UsageMeter
from api.lane.pace import Pace
from api.lane.plan_of_grant import plan_of_grant
from api.problems import KEY_EXPIRED, KEY_REVOKED, PARTNER_SUSPENDED, Problem
from runtime.ledger.keys import Credential
from runtime.ledger.plans import Plan
from transit.crosswalk.own_ids import OwnIds
from transit.grants.openings import Opening, list_openings
from transit.grants.reach import Reach

Account = Callable[[str, Plan], Allowance]
"""The allowance of a partner's id, or of a grant's that has a quota of its own, under a plan."""

OWN_PER_S: Final = 10.0
"""Requests about a partner's own affairs that each process answers; they ask the ledger, and cost no quota."""

_NEVER: Final = float("inf")


class Place(NamedTuple):
    """Where requests of one kind go: under which grant, what they may be told, whose tokens they spend."""

    grant_id: str
    product_id: str
    product_version: int
    reach: Reach
    expires_at: float
    networks: tuple[str, ...]
    allowance: Allowance
    usage: PartnerUsage
    policy: tuple[bytes, bytes]
    weights: dict[bytes, int]


class Turn(NamedTuple):
    """What requests for one target lead to: their kind, where they go, for how many tokens, the name of the answer.

    ``marks`` are headers that tell who reads it (GET) of what is to go; ``own`` the partner's ids, where it asks by
    them or for them.
    """

    kind: bytes
    place: Place
    tokens: int
    target: bytes
    marks: Marks = ()
    own: OwnIds | None = None


TURNS_MAX: Final = 2048
TARGET_BYTES_MAX: Final = 256
"""Longer targets are worked out each time: a client chooses how long they are."""

TURNS_OF_ALL_MAX: Final = 65_536
"""Turns that all seats of a process remember together: some 40 MB."""


class _Remembering:
    """The seats that remember turns, and a count that is never below how many they are."""

    def __init__(self) -> None:
        self._seats: WeakSet[Seat] = WeakSet()
        self._count = 0

    def add(self, seat: "Seat") -> None:
        """Another turn is to be remembered; where they are too many, all are forgotten."""
        if self._count >= TURNS_OF_ALL_MAX:
            for each in self._seats:
                each.turns.clear()
            self._seats.clear()
            self._count = 0
        self._seats.add(seat)
        self._count += 1


_remembering: Final = _Remembering()


class Seat:
    """One key's place in this process. ``refusal`` is set while the key opens nothing."""

    __slots__ = (
        "__weakref__",
        "_account",
        "_meter",
        "_places",
        "_valid_until",
        "credential",
        "expires_at",
        "networks",
        "openings",
        "own_pace",
        "refusal",
        "turns",
        "used",
    )

    def __init__(self, credential: Credential, account: Account, meter: UsageMeter) -> None:
        self.credential = credential
        self._account = account
        self._meter = meter
        self.expires_at = _NEVER if credential.expires_at is None else float(credential.expires_at)
        self.refusal = _refusal_of(credential)
        self.networks = credential.networks
        self.openings: tuple[Opening, ...] = ()
        self._valid_until = 0.0
        self._places: dict[tuple[bytes, str], Place | None] = {}
        self.turns: dict[tuple[bytes, bytes, str, bytes], Turn] = {}
        self.own_pace = Pace(OWN_PER_S)
        self.used = False

    def check(self, at: float) -> Problem | None:
        """Why the key opens nothing at ``at`` (POSIX s), or ``None``."""
        return self.refusal or (KEY_EXPIRED if at >= self.expires_at else None)

    def place_of(self, kind: bytes, product_id: str, at: float) -> Place | None:
        """Where requests of this kind go at ``at`` (POSIX s): the oldest grant that holds them, or a named product's.

        Grants begin and end, and owners' terms lapse, without anybody touching the ledger: then it is worked out anew.
        """
        if at >= self._valid_until:
            self._renew(at)
        found = self._places.get((kind, product_id), _UNKNOWN)
        if found is _UNKNOWN:
            found = self._find_place(kind, product_id)
            # a product that is not open to the partner is a text that a client chose
            if found is not None or not product_id:
                self._places[kind, product_id] = found
        return found  # type: ignore[return-value]  # the mark for what is not known never gets here

    def turn_of(self, path: bytes, query: bytes, product_id: str, language: bytes, at: float) -> Turn | None:
        """What a request for this target in this language led to before, while that holds at ``at`` (POSIX s)."""
        return self.turns.get((path, query, product_id, language)) if at < self._valid_until else None

    def keep_turn(self, path: bytes, query: bytes, product_id: str, language: bytes, turn: Turn) -> None:
        """Remember what a target leads to until grants or terms change."""
        if len(path) + len(query) + len(product_id) > TARGET_BYTES_MAX:
            return
        if len(self.turns) >= TURNS_MAX:
            self.turns.clear()
        _remembering.add(self)
        self.turns[path, query, product_id, language] = turn

    def own_place(self) -> Place:
        """Where a request goes that no grant holds: to the partner's own quota, which a guess costs a token of."""
        found = self._places.get(_GUESSED)
        if found is None:
            found = self._places[_GUESSED] = self._make_place(_NOTHING)
        return found

    def list_openings(self, at: float) -> tuple[Opening, ...]:
        """Everything open to the partner at ``at`` (POSIX s)."""
        if at >= self._valid_until:
            self._renew(at)
        return self.openings

    def _renew(self, at: float) -> None:
        credential = self.credential
        agreed = credential.agreements
        found = list_openings(credential.partner_id, agreed.grants, agreed.products, agreed.owners, at)
        self.openings, self._valid_until = found
        self._places.clear()
        self.turns.clear()

    def _find_place(self, kind: bytes, product_id: str) -> Place | None:
        service = service_of(kind)
        held = [
            opening for opening in self.openings if service in opening.kinds and product_id in ("", opening.product_id)
        ]
        if not held:
            return None
        # an output belongs to a version: who holds several is told the newest
        return self._make_place(max(held, key=lambda each: each.product_version) if kind == ARCHIVE else held[0])

    def _make_place(self, opening: Opening) -> Place:
        partner_id = self.credential.partner_id
        own = self.credential
        plan = plan_of_grant(opening.plan, opening.rate_per_s, own.plan, own.agreements.plans)
        account = partner_id if plan is self.credential.plan else opening.grant_id
        return Place(
            opening.grant_id,
            opening.product_id,
            opening.product_version,
            opening.reach,
            opening.expires_at,
            opening.networks,
            self._account(account, plan),
            self._meter.partner(partner_id, opening.grant_id),
            _policy_of(plan),
            {kind.encode(): weight for kind, weight in plan.weights.items()},
        )


_UNKNOWN: Final = object()
_GUESSED: Final = (b"", "")
_NOTHING: Final = Opening("", "", 0, frozenset(), Reach(fields=frozenset()), _NEVER, (), None, None)


def _refusal_of(credential: Credential) -> Problem | None:
    if credential.revoked_at is not None:
        return KEY_REVOKED
    return PARTNER_SUSPENDED if credential.suspended_at is not None else None


def _policy_of(plan: Plan) -> tuple[bytes, bytes]:
    window_s = max(1, round(plan.burst_size / plan.burst_per_s))
    burst = f'"burst";q={plan.burst_size};w={window_s}'
    value = f'{burst}, "day";q={plan.per_day};w=86400, "month";q={plan.per_month};w=2592000'
    return b"ratelimit-policy", value.encode()
