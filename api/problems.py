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
    """One kind of problem. ``slug`` is its stable name, ``title`` the same for every occurrence."""

    slug: str
    status: int
    title: str

    @property
    def type(self) -> str:
        """The URL, relative to the API, that names this problem."""
        return f"/problems/{self.slug}"


MISSING_KEY: Final = Problem("missing-key", 401, "An API key is needed")
INVALID_KEY: Final = Problem("invalid-key", 401, "The API key is not valid")
KEY_EXPIRED: Final = Problem("key-expired", 403, "The API key has expired")
KEY_REVOKED: Final = Problem("key-revoked", 403, "The API key was revoked")
PARTNER_SUSPENDED: Final = Problem("partner-suspended", 403, "The partner is suspended")
NOT_GRANTED: Final = Problem("not-granted", 403, "The partner was not granted this")
OPERATOR_ONLY: Final = Problem("operator-only", 401, "An operator's token is needed")
INVALID_PARAMETER: Final = Problem("invalid-parameter", 422, "A parameter is not valid")
NOT_FOUND: Final = Problem("not-found", 404, "There is no such resource")
UNKNOWN_LINE: Final = Problem("unknown-line", 404, "No timetable knows the line")
UNKNOWN_STOP: Final = Problem("unknown-stop", 404, "No timetable knows the stop or station")
UNKNOWN_RUN: Final = Problem("unknown-run", 404, "No timetable has the run")
UNKNOWN_VEHICLE: Final = Problem("unknown-vehicle", 404, "No vehicle of that id was seen of late")
METHOD_NOT_ALLOWED: Final = Problem("method-not-allowed", 405, "The resource does not take this method")
QUOTA_EXCEEDED: Final = Problem("quota-exceeded", 429, "The plan's quota is used up")
INTERNAL: Final = Problem("internal", 500, "The API failed")
NOT_READY: Final = Problem("not-ready", 503, "The API is not ready to answer")
QUOTA_UNAVAILABLE: Final = Problem("quota-unavailable", 503, "Quotas cannot be counted at present")
KEYS_UNAVAILABLE: Final = Problem("keys-unavailable", 503, "Keys cannot be checked at present")

ALL: Final = (
    MISSING_KEY,
    INVALID_KEY,
    KEY_EXPIRED,
    KEY_REVOKED,
    PARTNER_SUSPENDED,
    NOT_GRANTED,
    OPERATOR_ONLY,
    INVALID_PARAMETER,
    NOT_FOUND,
    UNKNOWN_LINE,
    UNKNOWN_STOP,
    UNKNOWN_RUN,
    UNKNOWN_VEHICLE,
    METHOD_NOT_ALLOWED,
    QUOTA_EXCEEDED,
    INTERNAL,
    NOT_READY,
    QUOTA_UNAVAILABLE,
    KEYS_UNAVAILABLE,
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
