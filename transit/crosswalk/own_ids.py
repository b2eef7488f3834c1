"""A partner's ids beside ours, both ways, as requests need them."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from transit.crosswalk.entries import Kind

OWN: Final = "own"
"""Stands before a partner's id, where a timetable's name stands before ours; no timetable is called so."""

_DIGEST_BYTES: Final = 9


class OwnIds:
    """All crosswalks of one partner. ``digest`` names them in caches: it differs whenever one of them changes.

    ``ours`` gives public ids by theirs, ``theirs`` the other way; of an id that two timetables have, the first by name
    counts. Compared by identity: equal ones are shared.
    """

    __slots__ = ("__weakref__", "digest", "ours", "theirs")

    def __init__(self, digest: bytes, maps: Mapping[tuple[str, Kind], Mapping[str, str]]) -> None:
        """``maps``: by timetable's name and kind, GTFS ids by theirs."""
        self.digest = digest
        self.ours: dict[Kind, dict[str, str]] = {kind: {} for kind in Kind}
        self.theirs: dict[Kind, dict[str, str]] = {kind: {} for kind in Kind}
        for (timetable, kind), found in sorted(maps.items()):
            for their, local in found.items():
                ours = self.ours[kind].setdefault(their, f"{timetable}:{local}")
                self.theirs[kind].setdefault(ours, their)


def digest_of(partner_id: str, revisions: Mapping[tuple[str, str], int]) -> bytes:
    """Names a partner's crosswalks as they stand: by timetable's name and kind, the revision of each."""
    told = repr((partner_id, sorted(revisions.items()))).encode()
    return blake2b(told, digest_size=_DIGEST_BYTES).hexdigest().encode()
