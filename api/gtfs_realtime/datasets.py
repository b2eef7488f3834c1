"""A timetable's whole feed: those that a process of their own makes while somebody asks for them."""

import gzip
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from api.city_file.build import CityFile
from api.gtfs_realtime.gather import Asked, gather_entities, gather_forms, list_line_keys
from api.gtfs_realtime.line_entities import FeedForm, FeedKind, LineEntities
from api.rendered import etag_of
from api.view.memory import View
from transit.gtfs_realtime.feed import join_feed, keep_newest

DATASETS: Final = (FeedForm(FeedKind.TRIP_UPDATES), FeedForm(FeedKind.VEHICLE_POSITIONS))
"""The two that take long: alerts are few."""

DATASET_AGE_S: Final = 5.0
"""An older one is not given: the process that makes them has stopped."""

SAME_FOR_S: Final = 30
"""A feed that does not change is given a new header time, and with it a new ETag, this often at least: readers hold a
header older than a minute to be stale."""


async def write_feed(
    made: LineEntities, view: View, keys: Iterable[str], form: FeedForm, asked: Asked
) -> tuple[bytes, bytes]:
    """A feed and its ETag.

    That is of the entities: the header's time alone makes no new answer, but for a new half minute.
    """
    at, entities = await gather_entities(made, view, keys, form, asked)
    kept = keep_newest(entities)
    etag = etag_of(b"".join((b"%d" % (at // SAME_FOR_S), b"json" if asked.as_json else b"pb", *kept)))
    return join_feed(int(at), kept), etag


async def make_datasets(
    made: LineEntities, view: View, timetable: str, forms: Sequence[FeedForm]
) -> dict[FeedForm, CityFile]:
    """A timetable's whole feeds of these forms, compressed, of one computation.

    Their headers tell the same time and their ETags change together: equal headers are how a reader knows that a run in
    one feed is to be looked for in the other.
    """
    if not forms:
        return {}
    keys = list_line_keys(view, timetable, "")
    at, gathered = await gather_forms(made, view, keys, forms, Asked(timetable))
    kept = [keep_newest(entities) for entities in gathered]
    computed = etag_of(b"".join((b"%d" % (at // SAME_FOR_S), *chain.from_iterable(kept))))
    files = {}
    for form, entities in zip(forms, kept, strict=True):
        body = gzip.compress(join_feed(int(at), entities), compresslevel=1, mtime=0)
        files[form] = CityFile(body, etag_of(computed + form.kind.encode()), int(view.wall_clock()))
    return files
