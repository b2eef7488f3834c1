"""Which compiled timetable is in force under a timetable's name, and since when."""

import msgspec


class TimetableVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One compiled timetable. ``from_service_date`` (yyyymmdd) is when it takes over; ``None`` means at once."""

    hash: str
    from_service_date: int | None
    activated_at: int
    source: str


class TimetableDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What a new timetable changed against the one before: ids added, removed, and kept but altered."""

    lines_added: tuple[str, ...]
    lines_removed: tuple[str, ...]
    patterns_added: int
    patterns_removed: int
    patterns_kept: int
    stops_added: tuple[str, ...]
    stops_removed: tuple[str, ...]
    stops_moved: tuple[str, ...]
    trips_added: int
    trips_removed: int
    trips_kept: int


class TimetableVersions(msgspec.Struct, frozen=True, kw_only=True):
    """The versions of one timetable, newest last, and the diff the newest made."""

    name: str
    versions: tuple[TimetableVersion, ...]
    diff: TimetableDiff | None = None


def version_in_force(versions: TimetableVersions, service_date: int) -> TimetableVersion | None:
    """The version that speaks for ``service_date`` (yyyymmdd): the newest one that has taken over by then."""
    for version in reversed(versions.versions):
        if version.from_service_date is None or version.from_service_date <= service_date:
            return version
    return None


_decoder = msgspec.json.Decoder(TimetableVersions)
_encoder = msgspec.json.Encoder()


def encode_timetable_versions(versions: TimetableVersions) -> bytes:
    """Pack a timetable's versions (JSON), as they stand on their topic and in the store."""
    return _encoder.encode(versions)


def decode_timetable_versions(packed: bytes) -> TimetableVersions:
    """Unpack a timetable's versions.

    Raises:
        msgspec.DecodeError: the bytes are no such list.
    """
    return _decoder.decode(packed)
