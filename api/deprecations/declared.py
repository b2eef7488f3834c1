"""Everything of the API that is deprecated, in one list: headers, the description and the page are made from it."""

from datetime import date, timedelta
from typing import Final

import msgspec

NOTICE: Final = timedelta(days=365)
"""What is deprecated stays for this long at the least, working as before."""

EVERY_PATH: Final = "*"


class Deprecated(msgspec.Struct, frozen=True, kw_only=True):
    """An operation that is to go, or one of its query parameters.

    ``path`` is as the description has it, ``EVERY_PATH`` for a whole contract (its date in ``contract``); ``since`` is
    the day from which it is said, ``sunset`` the first on which it may be gone, ``None`` while that is not decided.
    ``instead`` says in a sentence what to use.
    """

    path: str
    since: date
    instead: str
    method: str = "get"
    parameter: str = ""
    contract: str = ""
    sunset: date | None = None

    @property
    def name(self) -> str:
        """What goes, in a line: ``GET /v1/stops/{stop_id}/arrivals?minutes=``."""
        if self.path == EVERY_PATH:
            return f"the contract of {self.contract}"
        return f"{self.method.upper()} {self.path}" + (f"?{self.parameter}=" if self.parameter else "")


DEPRECATIONS: Final = (
    Deprecated(
        path="/v1/stops/{stop_id}/arrivals",
        parameter="minutes",
        since=date(2026, 11, 26),
        sunset=date(2027, 12, 1),
        instead="horizon_s says the same in seconds, here and in batches.",
    ),
    Deprecated(
        path="/v1/me/crosswalks/{timetable}/{kind}",
        parameter="after",
        since=date(2026, 11, 26),
        sunset=date(2027, 12, 1),
        instead="cursor takes the page before's next_cursor, as in batches.",
    ),
)
