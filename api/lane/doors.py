"""Who asks, and whether they may: the key or signature, where they ask from, which grant they ask under."""

import time
from collections.abc import Iterable

import msgspec

from api.body_limit import Receive, Scope, given_again, read_body
from api.crosswalks.asking import in_our_ids, is_asked
from api.deprecations.marks import Marks, marks_of
from api.lane.client_address import client_address
from api.lane.keyring import KeyRing
from api.lane.kinds import ARCHIVE, STREAM_PATH, TOLD_ALIKE
from api.lane.seat import Place, Seat, Turn
from api.lane.signatures import Signatures
from api.lane.standing import Standing
from api.lane.targets import target_of
from api.lane.tickets import Ticket, find_ticket, is_proved
from api.languages import Languages
from api.negotiation import accepts_gzip
from api.problems import (
    CONFLICTING_KEYS,
    INVALID_TICKET,
    MISSING_KEY,
    NETWORK_NOT_ALLOWED,
    NOT_GRANTED,
    SIGNATURE_REQUIRED,
    Problem,
)
from api.unknown_parameters import unknown_marks
from transit.grants.networks import is_within

_BEARER = b"bearer "
_SIGNED = b"headway-hmac "


class Sent(msgspec.Struct, frozen=True):
    """What a request's headers say: key, signature, product meant, validators held, languages, gzip, another origin."""

    key: bytes | Problem
    signature: bytes
    product_id: str
    etag: bytes | None
    languages: bytes
    takes_gzip: bool
    shared: bool


class Doors:
    """Finds seats, and places in them. ``find`` is for the hot path."""

    def __init__(
        self, ring: KeyRing, signatures: Signatures, *, languages: Languages, trusted_proxies: tuple[str, ...]
    ) -> None:
        self.ring = ring
        self._languages = languages
        self._signatures = signatures
        self._trusted = trusted_proxies

    async def look_up(self, sent: Sent, scope: Scope, receive: Receive) -> tuple[Seat | Problem, Receive]:
        """The seat of a request that was not found at once, or why it has none; a body that was read comes again."""
        if sent.signature:
            if not isinstance(sent.key, Problem):
                return CONFLICTING_KEYS, receive
            body = b"" if scope["method"] in ("GET", "HEAD") else await read_body(receive, scope)
            if isinstance(body, Problem):
                return body, receive
            again = receive if scope["method"] in ("GET", "HEAD") else given_again(body, receive)
            return await self._signatures.find_seat(sent.signature, scope, body), again
        if sent.key is MISSING_KEY and scope["path"] == STREAM_PATH.decode():
            ticket = find_ticket(scope["query_string"])
            return (sent.key if ticket is None else await self._admit(ticket)), receive
        if isinstance(sent.key, Problem):
            return sent.key, receive
        return await self.ring.look_up(sent.key), receive

    async def _admit(self, ticket: Ticket) -> Seat | Problem:
        """The seat of the key that a stream's ticket was issued to."""
        found = await self.ring.look_up_id(ticket.key_id)
        if isinstance(found, Problem) or is_proved(ticket, found.credential, time.time()):
            return found
        return INVALID_TICKET

    def check(self, seat: Seat, sent: Sent, scope: Scope, at: float) -> Problem | None:
        """Why the seat opens nothing for this request at ``at`` (POSIX s), or ``None``."""
        problem = seat.check(at)
        if problem is not None:
            return problem
        # a ticket was asked for with a signature, and comes without any key
        if seat.credential.signed and not sent.signature and sent.key is not MISSING_KEY:
            return SIGNATURE_REQUIRED
        if seat.networks and not is_within(client_address(scope, self._trusted), seat.networks):
            return NETWORK_NOT_ALLOWED
        return None

    def standing(self, seat: Seat, kind: bytes, product_id: str, scope: Scope) -> Standing:
        """What a request of this kind that stays open asks about itself."""
        return Standing(self.ring, seat.credential, kind, product_id, client=client_address(scope, self._trusted))

    def place(self, seat: Seat, kind: bytes, sent: Sent, scope: Scope, at: float) -> Place | Problem:
        """The place of a request of this kind, or why it has none."""
        product_id = sent.product_id
        if kind == ARCHIVE:
            # what is derived is granted product by product: the path says which
            product_id = str(scope["path"]).rpartition("/")[2]
        place = seat.place_of(kind, product_id, at)
        if place is None:
            return NOT_GRANTED
        if place.networks and not is_within(client_address(scope, self._trusted), place.networks):
            return NETWORK_NOT_ALLOWED
        return place

    def find_turn(self, seat: Seat, sent: Sent, scope: Scope, at: float) -> Turn | None:
        """What a request for this target led to before, where it comes from where it may; for the hot path."""
        language = self._languages.choose(sent.languages).prefix
        turn = seat.turn_of(raw_path(scope), scope["query_string"], sent.product_id, language, at)
        if turn is None or not turn.place.networks:
            return turn
        return turn if is_within(client_address(scope, self._trusted), turn.place.networks) else None

    def make_turn(self, seat: Seat, kind: bytes, sent: Sent, scope: Scope, at: float) -> Turn | Problem:
        """What a request for this target leads to from now on, or why to nothing."""
        place = self.place(seat, kind, sent, scope, at)
        if isinstance(place, Problem):
            return place
        path, query = raw_path(scope), scope["query_string"]
        own = seat.credential.agreements.own_ids
        if own is not None and not is_asked(path, query):
            own = None
        tokens = place.weights.get(kind, 1) if place.weights else 1
        language = self._languages.choose(sent.languages).prefix
        spoken = b"" if kind in TOLD_ALIKE else language
        whose, asked = (b"", (path, query)) if own is None else (own.digest, in_our_ids(own, path, query))
        target = whose + spoken + place.reach.target(target_of(*asked))
        turn = Turn(kind, place, tokens, target, marks_for("GET", path, query), own)
        seat.keep_turn(path, query, sent.product_id, language, turn)
        return turn


def marks_for(method: str, path: bytes, query: bytes) -> Marks:
    """What the answers to a request (raw path, query) are told besides: what of it is to go, and what nothing reads."""
    return marks_of(method, path, query) + unknown_marks(method, path, query)


def raw_path(scope: Scope) -> bytes:
    """A request's path as it was sent."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path


def read_headers(headers: Iterable[tuple[bytes, bytes]]) -> Sent:
    """Everything the lane needs of a request's headers."""
    key: bytes | Problem = MISSING_KEY
    etag = None
    languages = b""
    signature, product_id = b"", ""
    takes_gzip = shared = False
    for name, value in headers:
        given = b""
        if name == b"x-api-key":
            given = value
        elif name == b"if-none-match":
            etag = value
        elif name == b"accept-encoding":
            takes_gzip = accepts_gzip(value.decode("latin-1")) if b";" in value else b"gzip" in value
        elif name == b"accept-language":
            languages = languages + b"," + value if languages else value
        elif name == b"authorization":
            start = value[:13].lower()
            if start.startswith(_BEARER):
                given = value[7:].strip()
            elif start == _SIGNED:
                signature = value
        elif name == b"x-product":
            product_id = value.decode("latin-1")
        elif name == b"origin":
            shared = True
        if given:
            key = given if key in (MISSING_KEY, given) else CONFLICTING_KEYS
    return Sent(key, signature, product_id, etag, languages, takes_gzip, shared)
