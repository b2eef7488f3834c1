"""Every problem the API can answer with: a closed list, each with a stable ``type`` that the documentation explains.

Answers follow RFC 9457 (``application/problem+json``): ``type``, ``title``, ``status``, ``detail`` and further members
named by the problem. ``detail`` says what was wrong with this request and how to mend it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.responses import Response

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem.

    ``slug`` is its stable name, ``title`` the same for every occurrence; ``wrong`` and ``mending`` say what was wrong
    and how to mend it, for the problem's page.
    """

    slug: str
    status: int
    title: str
    wrong: str
    mending: str

    @property
    def type(self) -> str:
        """The URL, relative to the API, that names this problem; its page is there."""
        return f"/problems/{self.slug}"


MISSING_KEY: Final = Problem(
    "missing-key",
    401,
    "An API key is needed",
    "The request carried no API key. A key in the query or in a cookie is not looked at: both end up in logs.",
    "Send the key in X-API-Key, or as Authorization: Bearer KEY.",
)
CONFLICTING_KEYS: Final = Problem(
    "conflicting-keys",
    400,
    "Two different keys were sent",
    "The request carried two keys that differ, so it cannot be said whose quota pays for it.",
    "Send one key, in X-API-Key or as Authorization: Bearer KEY; look for a proxy that adds one.",
)
INVALID_KEY: Final = Problem(
    "invalid-key",
    401,
    "The API key is not valid",
    "No partner has this key. Its letters' case matters, and its last six letters are a checksum of the others.",
    "No such key: check that it was copied whole, hw_live_ and all.",
)
INVALID_TICKET: Final = Problem(
    "invalid-ticket",
    401,
    "The stream's ticket is not valid",
    "A ticket opens streams for an hour, and ends with the key it was issued to.",
    "Ask /v1/stream-ticket for another, with the key.",
)
KEY_EXPIRED: Final = Problem(
    "key-expired",
    403,
    "The API key has expired",
    "The key was given for a time, and that time is over.",
    "The key's time is over: use the partner's other key, or ask for a new one.",
)
KEY_REVOKED: Final = Problem(
    "key-revoked",
    403,
    "The API key was revoked",
    "The key was ended before its time, by the partner or by staff.",
    "The key was ended: use the partner's other key, or ask for a new one.",
)
PARTNER_SUSPENDED: Final = Problem(
    "partner-suspended",
    403,
    "The partner is suspended",
    "The key is sound, but its partner was shut out for the time being.",
    "The partner is suspended: its keys open nothing until it is let in again.",
)
INVALID_SIGNATURE: Final = Problem(
    "invalid-signature",
    401,
    "The request's signature is not valid",
    "The signature is not that of this request under this key, its time is over, or its nonce was used before.",
    "Sign method, path with query, time, nonce and the body's hash anew, with a fresh nonce and a clock that is right.",
)
SIGNATURE_REQUIRED: Final = Problem(
    "signature-required",
    401,
    "Requests under this key must be signed",
    "The key's partner has chosen that its text alone opens nothing.",
    "Sign the request: Authorization: Headway-HMAC KEY_ID:TIME:NONCE:SIGNATURE.",
)
NETWORK_NOT_ALLOWED: Final = Problem(
    "network-not-allowed",
    403,
    "The key or grant is not for this network",
    "The key is sound, but it, or the grant, was limited to networks that the request did not come from.",
    "Ask from an allowed network, or have the networks of the key or grant changed.",
)
BODY_TOO_LARGE: Final = Problem(
    "body-too-large",
    413,
    "The request's body is too large",
    "More was sent than any request here needs.",
    "Send 64 KiB at most, 512 KiB of a batch, and 4 MB of own ids.",
)
REFUSED_ACT: Final = Problem(
    "refused",
    409,
    "It cannot be done",
    "What was asked for goes against how things stand: the detail says what.",
    "Read the detail; look at how things stand, and ask for what is possible.",
)
NOT_GRANTED: Final = Problem(
    "not-granted",
    403,
    "No grant covers the request",
    "The key is sound, but none of its partner's grants holds what was asked for at this moment, from this network.",
    "Look at /v1/me/grants for what is granted, and at /v1/products for what can be asked for.",
)
STAFF_ONLY: Final = Problem(
    "staff-only",
    401,
    "A staff login is needed",
    "This port is for the platform's staff. The request carried no token of a login in force.",
    "Log in at POST /v1/admin/login and send the token as Authorization: Bearer TOKEN.",
)
OTHER_ROLE: Final = Problem(
    "other-role",
    403,
    "This is for another role",
    "The account is in force, but what was asked for belongs to a role that it does not have.",
    "Ask one of the staff who has the role, or have it given to you with headway staff set.",
)
OPERATOR_ONLY: Final = Problem(
    "operator-only",
    401,
    "An operator's token is needed",
    "What an operator reads is on a port of its own, and needs the token this deployment was started with.",
    "Send the operator's token as Authorization: Bearer TOKEN.",
)
INVALID_PARAMETER: Final = Problem(
    "invalid-parameter",
    422,
    "A parameter is not valid",
    "A parameter is malformed, out of bounds, or does not go with another. The answer's errors name each.",
    "Mend the parameters that the answer's detail names; /openapi.json has the bounds of each.",
)
NOT_FOUND: Final = Problem(
    "not-found",
    404,
    "There is no such resource",
    "No endpoint is at this path. A slash at the end makes another path, and ids must be percent-encoded.",
    "Look the path up in /openapi.json; in an id write / as %2F.",
)
NOT_KEPT: Final = Problem(
    "not-kept",
    404,
    "That moment is not kept",
    "The past was asked for (as_of) outside of what this deployment recorded and keeps: thirty days at most.",
    "Ask for a moment within thirty days at which answers were recorded, with its offset; without as_of for now.",
)
UNKNOWN_LINE: Final = Problem(
    "unknown-line",
    404,
    "No timetable knows the line",
    "The id names no line of a timetable in force today. Ids read <timetable>:<GTFS route_id>.",
    "Take the id from /v1/lines; lines come and go with a new timetable.",
)
UNKNOWN_STOP: Final = Problem(
    "unknown-stop",
    404,
    "No timetable knows the stop or station",
    "The id names no stop of a timetable in force today. Ids read <timetable>:<GTFS stop_id>.",
    "Take the id from /v1/stops, by name or near a place; a stop's code on its sign is not its id.",
)
UNKNOWN_RUN: Final = Problem(
    "unknown-run",
    404,
    "No timetable has the run",
    "No trip of that id runs on that day. Ids read <timetable>:<trip>:<yyyymmdd>, a frequency's with :<start> after.",
    "Take the id from an arrival; 00:20 may belong to yesterday's day of service.",
)
UNKNOWN_VEHICLE: Final = Problem(
    "unknown-vehicle",
    404,
    "No vehicle of that id was seen of late",
    "The vehicle was never heard, or is silent for so long that where it is cannot be said. Ids read <feed>:<vehicle>.",
    "Take the id from an arrival or from a line's vehicles, and ask for it while it is heard.",
)
NO_SUCH_REPLAY: Final = Problem(
    "no-such-replay",
    404,
    "There is no such replay",
    "The id names no replay that runs beside the live service; one that has ended is gone at once.",
    "Take the id from /v1/replays, or start one on the operations port.",
)
TOO_MANY_REPLAYS: Final = Problem(
    "too-many-replays",
    409,
    "No further replay may run",
    "As many replays run beside the live service as the deployment allows, or one of that id does.",
    "Stop a replay first: POST /operations/replays/{id}/stop.",
)
REPLAY_NOT_TAKEN: Final = Problem(
    "replay-not-taken",
    503,
    "The command to a replay was not taken",
    "Commands to replays go by the broker, and it did not answer.",
    "Ask again in a few seconds.",
)
METHOD_NOT_ALLOWED: Final = Problem(
    "method-not-allowed",
    405,
    "The resource does not take this method",
    "The path takes other methods; most take GET and HEAD alone.",
    "Ask with GET, and put what is asked for into the query.",
)
QUOTA_EXCEEDED: Final = Problem(
    "quota-exceeded",
    429,
    "The plan's quota is used up",
    "More was asked for than the plan allows at once (burst), in a UTC day, or in a UTC month; window says which.",
    "Wait for Retry-After seconds. Send If-None-Match: an unchanged answer costs nothing of the day and the month.",
)
TOO_MANY_STREAMS: Final = Problem(
    "too-many-streams",
    429,
    "The plan's streams are all open",
    "The partner has as many streams open, over all replicas, as its plan allows at once.",
    "Close a stream first, or ask for more in one: a stream takes many stops, lines and vehicles.",
)
GRANT_CHANGED: Final = Problem(
    "grant-changed",
    403,
    "What is granted has changed",
    "The grant that the stream was opened under now holds something else: fields, an area, an owner's terms.",
    "Connect again: the stream goes on with what is granted now. /v1/me/grants shows it.",
)
GOING_DOWN: Final = Problem(
    "going-down",
    503,
    "This replica is going down",
    "The process that held the stream is being stopped; others go on.",
    "Connect again with Last-Event-ID: any replica goes on where this one stopped.",
)
INTERNAL: Final = Problem(
    "internal",
    500,
    "The API failed",
    "The mistake is Headway's, and was noted. The request cost nothing.",
    "Ask again; if it goes on, tell the operator when it was and which path.",
)
NOT_READY: Final = Problem(
    "not-ready",
    503,
    "The API is not ready to answer",
    "This process has just started and knows no timetable yet. The request cost nothing.",
    "Ask again after Retry-After seconds; /health/ready says when it is over.",
)
QUOTA_UNAVAILABLE: Final = Problem(
    "quota-unavailable",
    503,
    "Quotas cannot be counted at present",
    "Neither tokens held by this process nor the place they come from are within reach. The request cost nothing.",
    "The quota cannot be counted at the moment: ask again in a few seconds.",
)
LEDGER_UNAVAILABLE: Final = Problem(
    "ledger-unavailable",
    503,
    "The ledger is out of reach",
    "Grants, keys and usage are kept in a database that does not answer at present. Live answers go on.",
    "Your own affairs cannot be read at the moment: ask again in a few seconds.",
)
KEYS_UNAVAILABLE: Final = Problem(
    "keys-unavailable",
    503,
    "Keys cannot be checked at present",
    "The database of keys is out of reach, and what was known of this key is too old to be trusted.",
    "Keys cannot be checked at the moment: ask again in a few seconds.",
)

ALL: Final = (
    MISSING_KEY,
    CONFLICTING_KEYS,
    INVALID_KEY,
    INVALID_TICKET,
    KEY_EXPIRED,
    KEY_REVOKED,
    PARTNER_SUSPENDED,
    INVALID_SIGNATURE,
    SIGNATURE_REQUIRED,
    NETWORK_NOT_ALLOWED,
    BODY_TOO_LARGE,
    REFUSED_ACT,
    NOT_GRANTED,
    STAFF_ONLY,
    OTHER_ROLE,
    OPERATOR_ONLY,
    INVALID_PARAMETER,
    NOT_FOUND,
    NOT_KEPT,
    UNKNOWN_LINE,
    UNKNOWN_STOP,
    UNKNOWN_RUN,
    UNKNOWN_VEHICLE,
    NO_SUCH_REPLAY,
    TOO_MANY_REPLAYS,
    REPLAY_NOT_TAKEN,
    METHOD_NOT_ALLOWED,
    QUOTA_EXCEEDED,
    TOO_MANY_STREAMS,
    GRANT_CHANGED,
    GOING_DOWN,
    INTERNAL,
    NOT_READY,
    QUOTA_UNAVAILABLE,
    KEYS_UNAVAILABLE,
    LEDGER_UNAVAILABLE,
)


def problem_body(problem: Problem, detail: str, **members: object) -> bytes:
    """The JSON body of one occurrence; ``members`` are further facts such as the window of a quota."""
    return orjson.dumps(
        {"type": problem.type, "title": problem.title, "status": problem.status, "detail": detail, **members}
    )


def problem_response(
    problem: Problem, detail: str, *, headers: Mapping[str, str] | None = None, **members: object
) -> Response:
    """The whole answer of one occurrence."""
    return Response(
        problem_body(problem, detail, **members),
        status_code=problem.status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )
