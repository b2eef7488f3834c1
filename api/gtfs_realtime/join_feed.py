"""A feed joined from its entities, a slice of them at a time: other threads need not wait for megabytes."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import chain
from typing import Final

from api.gtfs_realtime.json_mapping import write_json_head
from api.gtfs_realtime.line_entities import FeedForm
from api.rendered import etag_of_parts
from transit.gtfs_realtime.feed import Entity, make_header, write_head

SAME_FOR_S: Final = 30
"""A feed that does not change is given a new header time, and with it a new ETag, this often at least: readers hold a
header older than a minute to be stale."""

_SLICE_ENTITIES: Final = 256


def join_feed(form: FeedForm, header_at: float, entities: Sequence[Entity]) -> bytes:
    """A full dataset of entities in this form, of the second of ``header_at`` (POSIX s)."""
    header = make_header(int(header_at))
    if not form.as_json:
        return _join(chain((write_head(header),), _slices(entities, b"")))
    head = write_json_head(header)
    if not entities:
        return head + b"}"
    return _join(chain((head, b',"entity":['), _parted(_slices(entities, b",")), (b"]}",)))


def validator_of(forms: Iterable[FeedForm], at: float, gathered: Iterable[Sequence[Entity]]) -> bytes:
    """The ETag of feeds made at ``at`` (POSIX s) together.

    That is of the entities: the header's time alone makes no new answer, but for a new half minute.
    """
    said = ",".join(form.name for form in forms)
    slices = chain.from_iterable(_slices(entities, b"") for entities in gathered)
    return etag_of_parts(chain((f"{at // SAME_FOR_S:.0f} {said} ".encode(),), slices))


def _slices(entities: Sequence[Entity], glue: bytes) -> Iterator[bytes]:
    for start in range(0, len(entities), _SLICE_ENTITIES):
        yield glue.join([entity.packed for entity in entities[start : start + _SLICE_ENTITIES]])


def _parted(slices: Iterable[bytes]) -> Iterator[bytes]:
    for count, each in enumerate(slices):
        if count:
            yield b","
        yield each


def _join(parts: Iterable[bytes]) -> bytes:
    """``b"".join`` in steps: it would hold the interpreter's lock while all is copied."""
    joined = BytesIO()
    for part in parts:
        joined.write(part)
    return joined.getvalue()
