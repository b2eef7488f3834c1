"""The view as it is told in another language: the same memory over timetables with other names."""

from typing import TYPE_CHECKING, Any

from api.view.compiled_view import CompiledView
from api.view.memory import View
from api.view.shelf import Shelf

if TYPE_CHECKING:
    from schemas.timetable_versions import TimetableVersions


class _SpokenShelf(Shelf):
    def __init__(self, shelf: Shelf, language: str) -> None:
        self._shelf = shelf
        self._language = language

    def __contains__(self, timetable_hash: str) -> bool:
        return timetable_hash in self._shelf

    def __getitem__(self, timetable_hash: str) -> CompiledView:
        return self._shelf[timetable_hash].spoken(self._language)

    def versions_of(self, name: str) -> "TimetableVersions | None":
        return self._shelf.versions_of(name)

    def names(self) -> list[str]:
        return self._shelf.names()

    def find_newest(self, name: str) -> CompiledView | None:
        found = self._shelf.find_newest(name)
        return None if found is None else found.spoken(self._language)

    def find_in_force(self, name: str, service_day: int) -> CompiledView | None:
        found = self._shelf.find_in_force(name, service_day)
        return None if found is None else found.spoken(self._language)


class SpokenView(View):
    """A view to read from, which holds nothing itself: whatever is not about names is asked of the view beneath."""

    def __init__(self, view: View, language: str) -> None:
        self._beneath = view
        self.language = language
        self.shelf = _SpokenShelf(view.shelf, language)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._beneath, name)

    def now(self, timetable: str) -> float:
        """What time it is (POSIX s) for the timetable of that name."""
        return self._beneath.now(timetable)

    def told_until(self, timetable: str) -> int:
        """The newest poll (POSIX s) that any line of that timetable answers; 0 where none does."""
        return self._beneath.told_until(timetable)

    def today(self, compiled: CompiledView) -> int:
        """The calendar day in the timetable's city."""
        return self._beneath.today(compiled)

    def list_in_use(self, timetable: str) -> list[CompiledView]:
        """The timetables of that name that answers may rest on: today's first, then those that values name."""
        return [compiled.spoken(self.language) for compiled in self._beneath.list_in_use(timetable)]
