"""One of the two versions that are compared: what a history, or a deployment's settings, have forecasts rest on."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from runtime.errors import UserError
from runtime.settings import FeedSettings, Settings
from runtime.settings_file import read_settings_file
from runtime.timetables.history_file import load_history
from schemas.headers import OWN
from transit.history.history import History

NONE: Final = "none"
SETTINGS_SUFFIX: Final = ".env"
_TELLS: Final = "HEADWAY_HISTORY, and of its feed in HEADWAY_FEEDS predictions, poll_s and beside"


class Version(NamedTuple):
    """What forecasts rest on; at its defaults the timetable and every recorded poll, and nothing of the agency's.

    ``predictions`` says whose times are told, ``poll_s`` how often the feed is asked at most (s; 0: as often as it was
    recorded), ``hears_updates`` whether the agency's trip updates are fetched at all.
    """

    history: History | None = None
    predictions: str = OWN
    poll_s: float = 0.0
    hears_updates: bool = False

    def describe(self) -> str:
        """What a reader of the comparison must know of it."""
        past = "no history" if self.history is None else f"history {self.history.hash[:12]}"
        often = "every recorded poll" if self.poll_s == 0 else f"a poll in {self.poll_s:g} s"
        heard = "heard" if self.hears_updates else "not heard"
        return f"{past}, {often}, predictions {self.predictions}, trip updates {heard}"

    def polls_of(self, polls: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """The recorded polls that a door of such settings would have seen, never more often than was recorded."""
        due = 0.0
        for at, content in polls:
            if at >= due:
                yield at, content
                due = max(due + self.poll_s, float(at))


def is_settings(words: str) -> bool:
    """Whether a side of a comparison names a file of settings."""
    return words.endswith(SETTINGS_SUFFIX)


def read_version(words: str, feed_id: str | None) -> Version:
    """The version that a side names: ``none``, a history file, or a file of settings ending in ``.env``.

    Raises:
        UserError: the file cannot be read or used; or it has several feeds and none, or another one, is named.
    """
    if words == NONE:
        return Version()
    if not is_settings(words):
        return Version(history=load_history(Path(words)))
    settings = read_settings_file(Path(words))
    history = None if settings.history is None else load_history(settings.history)
    feed = _choose_feed(settings, feed_id, words)
    if feed is None:
        return Version(history=history)
    hears = bool(feed.beside) or feed.predictions != OWN
    return Version(history, feed.predictions, feed.poll_s, hears)


def refuse_equals(first: Version, second: Version, words: tuple[str, str]) -> None:
    """Settings that differ in nothing a forecast rests on need no recording to be compared.

    Raises:
        UserError: the two are such.
    """
    hashes = [None if each.history is None else each.history.hash for each in (first, second)]
    if any(map(is_settings, words)) and hashes[0] == hashes[1] and first[1:] == second[1:]:
        raise UserError(f"{words[0]} and {words[1]} differ in nothing that forecasts rest on: {_TELLS}")


def _choose_feed(settings: Settings, feed_id: str | None, words: str) -> FeedSettings | None:
    """The feed that the recording is of; ``None`` where the settings have none and none is named."""
    known = {feed.id: feed for feed in settings.feeds}
    if feed_id is None and len(known) > 1:
        raise UserError(f"{words} has several feeds: say of which the recording is, --feed {' or '.join(known)}")
    if feed_id is None:
        return next(iter(known.values()), None)
    if feed_id not in known:
        raise UserError(f"--feed {feed_id}: HEADWAY_FEEDS of {words} has {', '.join(known) or 'no feed'}")
    return known[feed_id]
