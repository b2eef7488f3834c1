"""A timetable's whole feed: those that a process of their own makes while somebody asks for them."""

import gzip
from collections.abc import Sequence
from typing import Final

from api.city_file.build import CityFile
from api.gtfs_realtime.gather import Asked, gather_forms, list_line_keys
from api.gtfs_realtime.join_feed import join_feed, validator_of
from api.gtfs_realtime.line_entities import FeedForm, FeedKind, LineEntities
from api.rendered import etag_of
from api.view.memory import View

DATASETS: Final = (
    FeedForm(FeedKind.TRIP_UPDATES),
    FeedForm(FeedKind.VEHICLE_POSITIONS),
    FeedForm(FeedKind.VEHICLE_POSITIONS, as_json=True),
)
"""Those that take long: alerts are few. Not trip updates as JSON: compressing a city's would age all the others."""

DATASET_AGE_S: Final = 5.0
"""An older one is not given: the process that makes them has stopped."""


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
    kept = [newest.entities() for newest in gathered]
    computed = validator_of(forms, at, kept)
    files = {}
    for form, entities in zip(forms, kept, strict=True):
        body = gzip.compress(join_feed(form, at, entities), compresslevel=1, mtime=0)
        files[form] = CityFile(body, etag_of(computed + form.name.encode()), int(view.wall_clock()))
    return files
