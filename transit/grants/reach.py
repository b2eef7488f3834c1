"""What one request may be told: the fields, the part of the network and the age that its grant gives."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Final

from transit.grants.area import Area
from transit.grants.fields import ALL

_DIGEST_BYTES: Final = 9


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What may be told. Equal reaches share rendered answers: ``digest`` names a reach in caches.

    ``areas`` must all hold (the product's, the grant's). ``withheld`` gives, by feed, the groups of fields that the
    feed's owner does not give; all of them: the feed is not there. ``closed`` names timetables that are not there.
    ``delay_s``: nothing newer than this is told. ``count_classes``: counts of people below the last of these bounds are
    told as the class they fall in.
    """

    fields: frozenset[str] = ALL
    areas: tuple[Area, ...] = ()
    withheld: dict[str, frozenset[str]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    delay_s: int = 0
    count_classes: tuple[int, ...] = ()

    @cached_property
    def digest(self) -> bytes:
        """Names this reach; empty for the one that is told everything."""
        if self == EVERYTHING:
            return b""
        parts = (
            sorted(self.fields),
            sorted(repr(_plain(area)) for area in self.areas),
            sorted((feed, sorted(groups)) for feed, groups in self.withheld.items()),
            sorted(self.closed),
            self.delay_s,
            self.count_classes,
        )
        return blake2b(repr(parts).encode(), digest_size=_DIGEST_BYTES).hexdigest().encode()

    @cached_property
    def is_everything(self) -> bool:
        """Whether nothing is withheld."""
        return not self.digest

    def target(self, target: bytes) -> bytes:
        """The name under which an answer rendered for this reach is kept."""
        return self.digest + target

    def fields_of(self, feed: str) -> frozenset[str]:
        """The groups of fields that may be told of a feed's vehicles."""
        return self.fields - self.withheld.get(feed, frozenset())

    def fields_of_all(self, feeds: Iterable[str]) -> frozenset[str]:
        """The groups of fields that may be told of vehicles of any of these feeds: what one withholds goes for all.

        A feed of which nothing may be told says nothing of the others' vehicles.
        """
        present = [feed for feed in feeds if self.has_feed(feed)]
        if not present:
            return frozenset()
        return self.fields.difference(*(self.withheld.get(feed, frozenset()) for feed in present))

    def has_any_feed(self, feeds: Iterable[str]) -> bool:
        """Whether anything of any of these feeds may be told."""
        return any(self.has_feed(feed) for feed in feeds)

    def has_feed(self, feed: str) -> bool:
        """Whether anything of a feed may be told."""
        return not self.withheld.get(feed, frozenset()) >= ALL

    def has_timetable(self, name: str) -> bool:
        """Whether anything of a timetable may be told."""
        return name not in self.closed and all(area.has_timetable(name) for area in self.areas)

    def has_line(self, timetable: str, line_id: str, route_type: int) -> bool:
        """Whether a line (its GTFS id and route type) may be told of."""
        return timetable not in self.closed and all(
            area.has_line(timetable, line_id, route_type) for area in self.areas
        )

    def has_place(self, latitude: float | None, longitude: float | None) -> bool:
        """Whether what is at a place (WGS-84) may be told of."""
        return all(area.box is None or area.box.holds(latitude, longitude) for area in self.areas)


def _plain(area: Area) -> tuple[object, ...]:
    return (
        None if area.timetables is None else sorted(area.timetables),
        None if area.lines is None else sorted(area.lines),
        None if area.modes is None else sorted(area.modes),
        area.box,
    )


EVERYTHING: Final = Reach()
"""The reach of a grant of everything, and of who stands outside the grants: tests, staff."""
