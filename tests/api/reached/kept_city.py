"""A city's past and its timetable's files, kept as recorders and processes of their own keep them."""

import dataclasses
import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.past.read_past import PastReader
from api.problems import NOT_FOUND
from api.refusal import Refusal
from headway.explain.take_apart import take_apart
from runtime.errors import UserError
from runtime.ledger.overrides import OverrideRow
from runtime.recordings.archive import FeedArchive
from runtime.timetables import save_timetable, write_versions
from schemas.line_forecasts import Passage
from schemas.overrides import Override
from schemas.timetable_versions import TimetableVersion, TimetableVersions
from streams.recorder.answer_rows import FORECASTS, PASSAGES, forecast_rows, passage_row
from streams.recorder.hourly_table import HourlyTable
from tests.api.past.recorded import record
from tests.api.reached.every_path import CHANGED
from transit.answers.answer_id import parse_answer_id
from transit.timetable.compiled import Timetable
from transit.timetable.spoken import in_language
from transit.timetable.static_file import compare_static, describe_static

City = Any


async def keep_city(city: City, folder: Path, words: Iterable[Override], monkeypatch: pytest.MonkeyPatch) -> None:
    """Record what is known of the city, with its feed and its passages; let its timetable have another version."""
    state, archive, timetables = city.api.application.state, folder / "archive", folder / "timetables"
    other = _describe_otherwise(city)
    for each in (other, city.timetable):
        city.view.shelf.keep(city.view.shelf.read(each.hash))
    timetables.mkdir()
    save_timetable(city.timetable, timetables)
    version = TimetableVersion(hash=city.timetable.hash, from_service_date=None, activated_at=0, source="test")
    write_versions(timetables, TimetableVersions(name="town", versions=(version,)))
    record(city, archive)
    _keep_rows(city, archive)
    _keep_feed(city, archive)
    async with state.affairs.ledger.write() as session:
        for word in words:
            named = {name: getattr(word, name) for name in Override.__struct_fields__ if name != "direction_id"}
            session.add(OverrideRow(**named | {"stops": list(word.stops)}))
    state.archive, state.past = archive, PastReader(city.view, archive)

    async def explain(answer_id: str, *_: Path) -> bytes:
        try:
            return orjson.dumps(take_apart(parse_answer_id(answer_id), archive, timetables))
        except UserError as wrong:
            raise Refusal(NOT_FOUND, str(wrong)) from None

    async def make(arguments: tuple[str, ...], said: bytes) -> bytes:
        return _make_file({each.hash: each for each in (other, city.timetable)}, arguments, said)

    monkeypatch.setattr("api.answers.endpoints.run_explain", explain)
    monkeypatch.setattr(state.static_files, "_run", make)


def _describe_otherwise(city: City) -> Timetable:
    """A version in which every line is told off another kind, every stop stands elsewhere."""
    table: Timetable = city.timetable
    other = dataclasses.replace(
        table, hash=CHANGED, line_route_type=table.line_route_type + 700, stop_latitude=table.stop_latitude + 0.0001
    )
    city.view.shelf._load = {table.hash: table, CHANGED: other}.__getitem__
    return other


def _keep_rows(city: City, archive: Path) -> None:
    """Passages of two lines at three stops, and the forecasts that were told."""
    now = int(city.now)
    passages = HourlyTable(archive / "passages", PASSAGES)
    for line, trip, vehicle in (("1", "t1-12", "v-one"), ("2", "t2-0", "v-two")):
        for stop, at in (("A", now - 600), ("B", now - 500), ("C", now - 400)):
            made = Passage(line, trip, 20260216, None, vehicle, stop, 10 * ord(stop), 0, "arrival", at, at - 5, at + 5)
            passages.add([passage_row(f"town:{line}", made)])
    passages.flush(now, {0: 0})
    forecasts = HourlyTable(archive / "forecasts", FORECASTS)
    for told in city.view._written.values():
        forecasts.add(list(forecast_rows(told)))
    forecasts.flush(now, {0: 0})


def _keep_feed(city: City, archive: Path) -> None:
    """The ten minutes in which both buses drove from their first stop."""
    feed, now = FeedArchive(archive / "town"), int(city.now)
    for at in range(now - 600, now + 1, 20):
        way = (at - now + 600) / 600
        message = FeedMessage()
        message.header.gtfs_realtime_version, message.header.timestamp = "2.0", at
        for trip, vehicle, place in (
            ("t1-12", "v-one", (40.0 + 0.005321 * way, -75.0)),
            ("t2-0", "v-two", (40.0, -75.0 - 0.005321 * way)),
        ):
            seen = message.entity.add(id=vehicle).vehicle
            seen.trip.trip_id, seen.trip.start_date, seen.vehicle.id = trip, "20260216", vehicle
            seen.timestamp, seen.stop_id, seen.current_status = at, "BE"[trip == "t2-0"], 2
            seen.position.latitude, seen.position.longitude = place
        feed.write(at, message.SerializeToString())
    feed.close()


def _make_file(tables: dict[str, Timetable], arguments: tuple[str, ...], said: bytes) -> bytes:
    """What ``headway timetable export`` and ``changes`` do."""
    _, work, *named = arguments
    if work == "changes":
        before, after = (orjson.loads(gzip.decompress(Path(name).read_bytes())) for name in named)
        return orjson.dumps(compare_static(before, after))
    language = named[named.index("--language") + 1] if "--language" in named else ""
    table, out = in_language(tables[named[0]], language), Path(named[1])
    told = {"lines": list(range(len(table.line_id))), "stops": list(range(len(table.stop_id)))}
    told = orjson.loads(said) if "--part" in named else told
    out.write_bytes(gzip.compress(orjson.dumps(describe_static(table, told["lines"], told["stops"]))))
    return b""
