"""What is written once for each timetable, kept while answers or values speak that timetable."""

from typing import Generic, TypeVar

from api.view.memory import View

_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")


class ByTimetable(Generic[_Key, _Kept]):
    """Dictionaries by timetable; a timetable that is new here takes those along that nothing speaks any more."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._kept: dict[str, dict[_Key, _Kept]] = {}

    def of(self, timetable_hash: str) -> dict[_Key, _Kept]:
        """The dictionary of a timetable, to be read and filled."""
        found = self._kept.get(timetable_hash)
        if found is None:
            self._kept = {key: kept for key, kept in self._kept.items() if self._is_in_use(key)}
            found = self._kept[timetable_hash] = {}
        return found

    def _is_in_use(self, timetable_hash: str) -> bool:
        shelf = self._view.shelf
        if timetable_hash not in shelf:
            return False
        name = shelf[timetable_hash].name
        return any(each.timetable.hash == timetable_hash for each in self._view.list_in_use(name))
