"""Every key and channel Headway uses in the store. Ids go in as they are: the store takes any bytes.

All functions take the namespace last, empty for the live service.
"""

from typing import Final

from schemas.namespace import LIVE, scoped

LINE_EXPIRY_S: Final = 900
"""A line's value leaves the store when nothing has written it for this long."""

CITY_FILE_EXPIRY_S: Final = 20
"""A city's file leaves the store when nobody renews it: an old one would pass for the city as it is."""

SCORES_EXPIRY_S: Final = 26 * 3600
"""A line's scores leave the store when nothing has written them for this long."""

CHANGED_LINES_CHANNEL: Final = "lines:changed"
"""Serving publishes here what it wrote: schemas.line_value.ChangedLines."""

CHANGED_KEYS_CHANNEL: Final = "keys:changed"
"""Changes of a partner, key, plan or grant in SQL: its partner id; an empty message is a heartbeat."""


def line_forecasts(line_group: str, namespace: str = LIVE) -> str:
    """A line group's latest value, as it stands on ``line.forecasts``, less the tracker's private part."""
    return scoped(f"line:{line_group}:forecasts", namespace)


def line_index(namespace: str = LIVE) -> str:
    """A sorted set of the line groups that have a value, scored by when they were written (POSIX s)."""
    return scoped("lines:index", namespace)


def line_scores(line_group: str, namespace: str = LIVE) -> str:
    """A line group's accuracy hour by hour: schemas.scores.LineScoreDay."""
    return scoped(f"line:{line_group}:scores", namespace)


def score_index(namespace: str = LIVE) -> str:
    """A sorted set of the line groups that have scores, scored by when they were written (POSIX s)."""
    return scoped("scores:index", namespace)


def view_generation(namespace: str = LIVE) -> str:
    """Present while serving's view is whole; a flushed store lacks it, and API processes then say so."""
    return scoped("view:generation", namespace)


def feed_status(namespace: str = LIVE) -> str:
    """A hash: feed id to schemas.feed_status.FeedStatus."""
    return scoped("feeds:status", namespace)


def service_alerts(namespace: str = LIVE) -> str:
    """A hash: feed id to schemas.service_alerts.FeedAlerts."""
    return scoped("feeds:alerts", namespace)


def city_file(timetable: str, namespace: str = LIVE, what: str = "arrivals") -> str:
    """A hash: a whole city's newest file of a timetable (gzip), its validator, and when it was made (POSIX s)."""
    return scoped(f"city:{timetable}:{what}", namespace)


def city_file_asked(timetable: str, what: str, namespace: str = LIVE) -> str:
    """There while somebody asks for a file that is made only then."""
    return scoped(f"city:{timetable}:{what}:asked", namespace)


def timetable_versions(namespace: str = LIVE) -> str:
    """A hash: timetable name to schemas.timetable_versions.TimetableVersions."""
    return scoped("timetables:versions", namespace)


def feed_lease(feed: str, namespace: str = LIVE) -> str:
    """Held by the one door that polls the feed at present."""
    return scoped(f"feed:{feed}:lease", namespace)


def channel(name: str, namespace: str = LIVE) -> str:
    """A publish/subscribe channel's name in ``namespace``."""
    return scoped(name, namespace)


def signed_nonce(key_id: str, nonce: str, namespace: str = LIVE) -> str:
    """Present once a request was signed with a nonce under a key: none is taken twice."""
    return scoped(f"nonce:{key_id}:{nonce}", namespace)


def crosswalk_turn(namespace: str = LIVE) -> str:
    """Names the API process that matches crosswalks again with timetables that came into force."""
    return scoped("crosswalks:turn", namespace)


def quota(partner: str, window: str, namespace: str = LIVE) -> str:
    """Counter of a partner's leased tokens in a window: ``2026-02-16``, ``2026-02``, or ``burst`` for its bucket."""
    return scoped(f"quota:{partner}:{window}", namespace)


def quota_generation(namespace: str = LIVE) -> str:
    """Present once counters were seeded from the ledger; a flushed store lacks it and grants no lease."""
    return scoped("quota:generation", namespace)


def replays(namespace: str = LIVE) -> str:
    """A hash of the replays beside the service of ``namespace``: replay id to schemas.replays.ReplayState."""
    return scoped("replays", namespace)


def open_streams(partner: str, namespace: str = LIVE) -> str:
    """A hash: API process to ``<streams it holds open for the partner>:<POSIX s when it said so>``."""
    return scoped(f"streams:{partner}:open", namespace)
