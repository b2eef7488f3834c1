"""Which edits touch which line groups: worked out once for each timetable, for an agency may say hundreds of things."""

from collections.abc import Iterable

from schemas.line_forecasts import LineForecasts
from schemas.line_key import split_line_key
from schemas.overrides import Override
from transit.answers.run_ids import parse_run_id
from transit.overrides.aimed_standing import AimedEdits
from transit.overrides.edit_line import stop_rows
from transit.timetable.compiled import Timetable


class EditIndex:
    """The overrides in force, by the line group they touch."""

    def __init__(self, overrides: Iterable[Override] = ()) -> None:
        self.overrides = tuple(overrides)
        self._of_vehicles = [each for each in self.overrides if each.vehicle]
        self._by_group: dict[str, dict[str, list[Override]]] = {}
        self._aimed: dict[tuple[str, str], AimedEdits | None] = {}

    def touching(self, forecasts: LineForecasts, timetable: Timetable) -> list[Override]:
        """Those that can touch a line group's value, which speaks ``timetable``."""
        if not self.overrides:
            return []
        found = self._of_group(split_line_key(forecasts.line_group).group, timetable)
        if self._of_vehicles:
            vehicles = {forecasts.name_vehicle(run) for run in forecasts.runs}
            found = [*found, *(each for each in self._of_vehicles if each.vehicle in vehicles)]
        return found

    def aimed(self, group: str, timetable: Timetable) -> AimedEdits | None:
        """What they make of the timetable's own calls on a line group (its id); ``None``: nothing."""
        if not self.overrides:
            return None
        key = (timetable.hash, group)
        if key not in self._aimed:
            found = self._of_group(group, timetable)
            self._aimed[key] = AimedEdits(found, timetable) if found else None
        return self._aimed[key]

    def _of_group(self, group: str, timetable: Timetable) -> list[Override]:
        by_group = self._by_group.get(timetable.hash)
        if by_group is None:
            by_group = self._by_group[timetable.hash] = {}
            for override in self.overrides:
                for touched in groups_of(override, timetable):
                    by_group.setdefault(touched, []).append(override)
        return by_group.get(group, [])


def groups_of(override: Override, timetable: Timetable) -> set[str]:
    """The line groups (ids) that an override names by line, run or stop."""
    if override.vehicle:
        return set()
    line = -1
    if override.line:
        owner, _, local = override.line.partition(":")
        line = timetable.line_id.find(local) if owner == timetable.name else -1
    elif override.run:
        try:
            owner, key = parse_run_id(override.run)
        except ValueError:
            return set()
        trip = timetable.trip_id.find(key.trip_id) if owner == timetable.name else -1
        line = -1 if trip < 0 else int(timetable.pattern_line[timetable.trip_pattern[trip]])
    else:
        return {
            timetable.group_id[int(timetable.line_group[timetable.pattern_line[timetable.call_pattern[call]]])]
            for stop in stop_rows(override, timetable)
            for call in timetable.stop_call[timetable.stop_call_offset[stop] : timetable.stop_call_offset[stop + 1]]
        }
    return set() if line < 0 else {timetable.group_id[int(timetable.line_group[line])]}
