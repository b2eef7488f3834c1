"""What a partner says of its stops and lines, and what came of matching them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a crosswalk is of."""

    STOPS = "stops"
    LINES = "lines"


class Verdict(StrEnum):
    """Whether ours is asked for by theirs: only what is matched is."""

    MATCHED = "matched"
    DOUBTFUL = "doubtful"
    MISSING = "missing"


class Reason(StrEnum):
    """What a match rests on, or why there is none."""

    CODE = "code"
    NAME_AND_PLACE = "name_and_place"
    NAME_AND_TERMINI = "name_and_termini"
    NAME = "name"
    PLACE = "place"
    TERMINI = "termini"
    CODE_ELSEWHERE = "code_elsewhere"
    CODE_NAMED_OTHERWISE = "code_named_otherwise"
    TERMINI_DIFFER = "termini_differ"
    SEVERAL = "several"
    NOTHING_LIKE_IT = "nothing_like_it"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CONFIRMED_GONE = "confirmed_gone"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A stop or line of a partner's; place in degrees (WGS-84), ``origin`` and ``destination`` are a line's termini."""

    id: str
    name: str = ""
    code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    origin: str = ""
    destination: str = ""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry is taken for: GTFS ids of the timetable, the likeliest first among ``candidates``.

    ``confidence`` is 0 to 1; ``distance_m`` is from the place that the partner gives.
    """

    id: str
    verdict: Verdict
    reason: Reason
    confidence: float = 0.0
    ours: str | None = None
    candidates: tuple[str, ...] = ()
    distance_m: int | None = None


CANDIDATES_MAX = 5


def missing(entry: Entry, reason: Reason = Reason.NOTHING_LIKE_IT) -> Match:
    """An entry that nothing is like."""
    return Match(id=entry.id, verdict=Verdict.MISSING, reason=reason)


def with_choices(
    matches: Iterable[Match], choices: Mapping[str, str | None], has: Callable[[str], bool]
) -> list[Match]:
    """Matches as the partner has decided them: ``choices`` gives ours by theirs, ``None`` for none of ours.

    A choice that the timetable no longer ``has`` is taken up by the rule again, as doubtful at most.
    """
    return [_decided(match, choices, has) if match.id in choices else match for match in matches]


def _decided(match: Match, choices: Mapping[str, str | None], has: Callable[[str], bool]) -> Match:
    chosen = choices[match.id]
    replace = msgspec.structs.replace
    if chosen is None:
        return replace(match, verdict=Verdict.MISSING, reason=Reason.REJECTED, confidence=1.0, ours=None)
    if has(chosen):
        return replace(
            match, verdict=Verdict.MATCHED, reason=Reason.CONFIRMED, confidence=1.0, ours=chosen, distance_m=None
        )
    if match.verdict is Verdict.MISSING:
        return replace(match, reason=Reason.CONFIRMED_GONE)
    return replace(match, verdict=Verdict.DOUBTFUL, reason=Reason.CONFIRMED_GONE)


def mapping_of(matches: Collection[Match]) -> dict[str, str]:
    """Ours by theirs, of what is matched."""
    return {match.id: match.ours for match in matches if match.verdict is Verdict.MATCHED and match.ours is not None}
