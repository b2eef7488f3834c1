"""The names of an alert's causes, effects and severities, and its words, in JSON."""

from collections.abc import Iterable
from typing import Final

from google.transit.gtfs_realtime_pb2 import Alert


class _Names(dict[int, str]):
    """Names by number; a number of a later version of the specification goes by ``unknown``."""

    def __init__(self, values: Iterable[tuple[str, int]], unknown: str) -> None:
        super().__init__({number: name.lower() for name, number in values})
        self._unknown = unknown

    def __missing__(self, number: int) -> str:
        return self._unknown


CAUSES: Final = _Names(Alert.Cause.items(), "unknown_cause")
EFFECTS: Final = _Names(Alert.Effect.items(), "unknown_effect")
SEVERITIES: Final = _Names(Alert.SeverityLevel.items(), "unknown_severity")


def say(texts: Iterable[tuple[str, str]], language: str = "") -> str:
    """The words (language, text) in ``language``, else all translations in one line, each once."""
    told = tuple(texts)
    primary = language.lower().partition("-")[0]
    of_language = next((words for tag, words in told if tag and tag.lower() == language.lower()), "") or next(
        (words for tag, words in told if primary and tag.lower().partition("-")[0] == primary), ""
    )
    return of_language or " / ".join(dict.fromkeys(words for _, words in told if words))
