"""A partner's lines matched with a timetable's: by id or code, by name, by where they begin and end."""

from collections.abc import Iterable, Sequence
from typing import Final

from transit.crosswalk.entries import CANDIDATES_MAX, Entry, Match, Reason, Verdict, missing
from transit.crosswalk.name_index import NameIndex
from transit.crosswalk.names import is_alike, plain_name
from transit.timetable.compiled import Timetable
from transit.timetable.spoken import in_language

BY_CODE: Final = 0.99
BY_NAME_AND_TERMINI: Final = 0.98
BY_NAME: Final = 0.9
BY_TERMINI: Final = 0.6
IN_DOUBT: Final = 0.5


def match_lines(entries: Iterable[Entry], timetable: Timetable) -> list[Match]:
    """Each entry's match, in their order."""
    found = _Lines(timetable)
    return [found.match(entry) for entry in entries]


class _Lines:
    def __init__(self, timetable: Timetable) -> None:
        self._ids = list(timetable.line_id)
        spoken = [timetable, *(in_language(timetable, tag) for tag in timetable.languages)]
        self._by_code = {each.casefold(): row for row, each in enumerate(self._ids)}
        self._by_name: dict[str, list[int]] = {}
        for table in spoken:
            for row, names in enumerate(zip(table.line_short_name, table.line_long_name, strict=True)):
                for name in {plain_name(each) for each in names if each}:
                    rows = self._by_name.setdefault(name, [])
                    if row not in rows:
                        rows.append(row)
        self._termini = [_termini(spoken, row) for row in range(len(self._ids))]
        self._ending_at = NameIndex(
            (row, name) for row, ends in enumerate(self._termini) for end in ends for names in end for name in names
        )

    def match(self, entry: Entry) -> Match:
        code = next((each for each in (entry.code, entry.id) if each.casefold() in self._by_code), "")
        named = list(self._by_name.get(plain_name(entry.name or entry.code or entry.id), ()))
        if code and (not entry.name or self._by_code[code.casefold()] in named):
            row = self._by_code[code.casefold()]
            if not self._disagrees(row, entry):
                return self._told(entry, [row], Reason.CODE, BY_CODE, matched=True)
        if named:
            return self._by_its_name(entry, named)
        ending = self._ending(entry)
        if ending:
            reason = Reason.TERMINI if len(ending) == 1 else Reason.SEVERAL
            return self._told(entry, ending, reason, BY_TERMINI if len(ending) == 1 else IN_DOUBT)
        if code:
            return self._told(entry, [self._by_code[code.casefold()]], Reason.CODE_NAMED_OTHERWISE, IN_DOUBT)
        return missing(entry)

    def _by_its_name(self, entry: Entry, named: Sequence[int]) -> Match:
        agreeing = [row for row in named if self._agrees(row, entry)]
        if len(agreeing) == 1:
            return self._told(entry, agreeing, Reason.NAME_AND_TERMINI, BY_NAME_AND_TERMINI, matched=True)
        if len(agreeing) > 1 or len(named) > 1:
            return self._told(entry, agreeing or named, Reason.SEVERAL, IN_DOUBT)
        if self._disagrees(named[0], entry):
            return self._told(entry, named, Reason.TERMINI_DIFFER, IN_DOUBT)
        return self._told(entry, named, Reason.NAME, BY_NAME, matched=True)

    def _ending(self, entry: Entry) -> list[int]:
        """The lines that run between the termini that the entry names."""
        if not (entry.origin and entry.destination):
            return []
        elsewhere = set(self._ending_at.find(entry.destination))
        return [row for row in self._ending_at.find(entry.origin) if row in elsewhere and self._agrees(row, entry)]

    def _agrees(self, row: int, entry: Entry) -> bool:
        """Whether the line runs between the termini that the entry names, either way."""
        if not (entry.origin and entry.destination):
            return False
        for first, last in self._termini[row]:
            for one, other in ((first, last), (last, first)):
                if _any_alike(entry.origin, one) and _any_alike(entry.destination, other):
                    return True
        return False

    def _disagrees(self, row: int, entry: Entry) -> bool:
        return bool(entry.origin and entry.destination) and not self._agrees(row, entry)

    def _told(
        self, entry: Entry, rows: Sequence[int], reason: Reason, confidence: float, *, matched: bool = False
    ) -> Match:
        return Match(
            id=entry.id,
            verdict=Verdict.MATCHED if matched else Verdict.DOUBTFUL,
            reason=reason,
            confidence=confidence,
            ours=self._ids[rows[0]],
            candidates=tuple(self._ids[row] for row in rows[:CANDIDATES_MAX]),
        )


Names = tuple[str, ...]


def _termini(spoken: Sequence[Timetable], line: int) -> list[tuple[Names, Names]]:
    """First and last stops of a line's patterns, each with its names in every language."""
    table = spoken[0]
    found: dict[tuple[int, int], None] = {}
    for pattern in range(int(table.line_pattern_offset[line]), int(table.line_pattern_offset[line + 1])):
        first, end = table.pattern_call_offset[pattern : pattern + 2].tolist()
        found[int(table.call_stop[first]), int(table.call_stop[end - 1])] = None
    return [
        (tuple(each.stop_name[first] for each in spoken), tuple(each.stop_name[last] for each in spoken))
        for first, last in found
    ]


def _any_alike(name: str, names: Iterable[str]) -> bool:
    return any(is_alike(name, each) for each in names)
