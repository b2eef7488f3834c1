"""The compiled timetables this process has mapped, by hash, and which of them speaks for a name on a day."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from api.languages import Languages
from api.view.compiled_view import CompiledView
from schemas.timetable_versions import TimetableVersions, version_in_force
from transit.timetable.compiled import Timetable
from transit.timetable.service_day import service_date as written_date

Load = Callable[[str], Timetable]
"""Maps the compiled timetable of a hash; raises ``OSError`` or ``ValueError`` where there is none to be read."""


NAMED_LATELY: Final = 2
"""Of a timetable's versions the last so many are mapped before any value names them."""

UNUSED_S: Final = 2 * 86_400.0
"""What nothing has named for so long is let go: the last run has ended, and who is told late has been told."""


class Shelf:
    """Mapped timetables. An old one stays mapped for two days after the last value named it."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self.languages = Languages()
        self._mapped: dict[str, CompiledView] = {}
        self._newest: dict[str, CompiledView] = {}
        self.versions: dict[str, TimetableVersions] = {}
        self._unused: dict[str, float] = {}

    def __contains__(self, timetable_hash: str) -> bool:
        return timetable_hash in self._mapped

    def __getitem__(self, timetable_hash: str) -> CompiledView:
        return self._mapped[timetable_hash]

    def read(self, timetable_hash: str) -> CompiledView:
        """Map a timetable and read what requests need of it; slow (up to a second), so never on the request path.

        Raises:
            OSError, ValueError: there is no such timetable to be read.
        """
        compiled = CompiledView(self._load(timetable_hash))
        compiled.warm()
        return compiled

    def keep(self, compiled: CompiledView) -> None:
        """Take a timetable in."""
        self._mapped[compiled.timetable.hash] = compiled
        self._newest[compiled.name] = compiled
        self.languages.take(compiled.timetable.language, compiled.timetable.languages)

    def let_go(self, used: Collection[str], now: float) -> list[str]:
        """Let go what neither values (``used``: hashes) nor late versions have named for two days; which those were.

        ``now`` is in seconds of any clock that only goes forward.
        """
        late = {version.hash for each in self.versions.values() for version in each.versions[-NAMED_LATELY:]}
        held = late.union(used, (compiled.timetable.hash for compiled in self._newest.values()))
        self._unused = {each: self._unused.get(each, now) for each in self._mapped if each not in held}
        gone = [each for each, since in self._unused.items() if now - since >= UNUSED_S]
        for each in gone:
            del self._mapped[each]
        return gone

    def take_versions(self, versions: Mapping[str, TimetableVersions]) -> None:
        """Which versions of which timetables there are."""
        self.versions = dict(versions)

    def versions_of(self, name: str) -> TimetableVersions | None:
        """The versions of a timetable, where they are known."""
        return self.versions.get(name)

    def missing(self) -> Iterator[str]:
        """Hashes that versions name and that are not mapped yet."""
        for versions in self.versions.values():
            yield from (version.hash for version in versions.versions if version.hash not in self._mapped)

    def names(self) -> list[str]:
        """The names of the timetables that are mapped, sorted."""
        return sorted(self._newest)

    def find_newest(self, name: str) -> CompiledView | None:
        """The timetable of that name that was mapped last."""
        return self._newest.get(name)

    def find_in_force(self, name: str, service_day: int) -> CompiledView | None:
        """The timetable that speaks for a service day; where no version says so, the one mapped last."""
        versions = self.versions.get(name)
        version = None if versions is None else version_in_force(versions, written_date(service_day))
        mapped = None if version is None else self._mapped.get(version.hash)
        return mapped or self._newest.get(name)
