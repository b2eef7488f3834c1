"""Reads what was known at a moment of the past, beside the requests: files in a thread, timetables once."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Final

import msgspec

from api.past.past_view import PastView, WhatWasKnown, held_at
from api.problems import INVALID_PARAMETER, NOT_KEPT
from api.refusal import Refusal
from api.view.compiled_view import CompiledView
from api.view.memory import View
from runtime.errors import UserError
from runtime.recordings.kept_values import ALERTS, FEEDS, LINES, find_newest, read_kept
from schemas.feed_status import decode_feed_status
from schemas.line_forecasts import LineForecasts, decode_public
from schemas.line_value import LineValueError, Watermark, decode_line_value, read_computed_at
from schemas.overrides import Override
from schemas.service_alerts import decode_feed_alerts
from schemas.store_keys import LINE_EXPIRY_S
from schemas.timetable_versions import TimetableVersions
from transit.timetable.service_day import local_day
from transit.timetable.service_day import service_date as written_date

TIMETABLES_KEPT: Final = 2
"""Timetables that are in use no more and were asked for last; a whole city's takes a second to map."""

GROUPS_MAX: Final = 500
"""Line groups that one answer of the past may rest on: more than call at the largest stations."""

Keys = Callable[[View], Iterable[str]]
_DAMAGED: Final = (UserError, LineValueError, msgspec.DecodeError, OSError)


class PastReader:
    """Makes views of the past out of an archive."""

    def __init__(self, live: View, archive: Path) -> None:
        self._live = live
        self._archive = archive
        self._mapped: OrderedDict[str, CompiledView] = OrderedDict()

    async def read(
        self, name: str, at: int, keys: Keys, overrides: Iterable[Override], vehicles: Collection[str] = ()
    ) -> PastView:
        """The view of the timetable ``name`` at ``at`` (POSIX s), with the line groups that ``keys`` names.

        And with those that spoke of ``vehicles`` (public ids). ``overrides`` are all that may have held then.

        Raises:
            Refusal: the moment is not kept, the answer rests on too many line groups, or whatever ``keys`` refuses.
        """
        versions, compiled = await self._find_timetables(name, at)
        view = PastView(self._live, at, compiled, versions)
        wanted = tuple(keys(view))
        if len(wanted) > GROUPS_MAX:
            asked = f"as_of: it rests on {len(wanted)} lines, {GROUPS_MAX} at most are looked up; ask of fewer stops."
            raise Refusal(INVALID_PARAMETER, asked)
        try:
            known = await asyncio.to_thread(read_known, self._archive, name, wanted, at)
            if vehicles:
                found = await asyncio.to_thread(read_of_vehicles, self._archive, name, vehicles, at)
                others = [line for line in found if line[1].line_group not in wanted]
                known = known._replace(lines=[*known.lines, *others])
        except _DAMAGED as wrong:
            raise Refusal(NOT_KEPT, f"What was kept of that moment cannot be read: {type(wrong).__name__}.") from None
        if not known.feeds and not known.told_until:
            raise Refusal(NOT_KEPT, "Nothing was recorded at that moment; ask for one at which `headway record` ran.")
        for named in {forecasts.timetable for _, forecasts in known.lines}:
            if named not in view.shelf:
                view.shelf.keep(await self._map(named))
                view.shelf.keep(compiled[-1])
        await asyncio.to_thread(view.tell, known, held_at(overrides, at))
        return view

    async def _find_timetables(self, name: str, at: int) -> tuple[TimetableVersions | None, list[CompiledView]]:
        """The versions that were known then; the timetable in force, after the one before it where that is kept."""
        versions = self._live.shelf.versions_of(name)
        newest = self._live.shelf.find_newest(name)
        if newest is None:
            raise Refusal(NOT_KEPT, f"No timetable {name!r} is in use.")
        if versions is None or not versions.versions:
            return None, [newest]
        known = tuple(each for each in versions.versions if each.activated_at <= at) or versions.versions
        date = written_date(local_day(newest.timetable.timezone, at))
        place = max(
            (n for n, each in enumerate(known) if each.from_service_date is None or each.from_service_date <= date),
            default=len(known) - 1,
        )
        found = []
        for version in known[max(0, place - 1) : place]:
            try:
                found.append(await self._map(version.hash))
            except Refusal:
                continue
        found.append(await self._map(known[place].hash))
        return msgspec.structs.replace(versions, versions=known), found

    async def _map(self, timetable_hash: str) -> CompiledView:
        shelf = self._live.shelf
        if timetable_hash in shelf:
            return shelf[timetable_hash]
        found = self._mapped.get(timetable_hash)
        if found is None:
            try:
                found = await asyncio.to_thread(shelf.read, timetable_hash)
            except (OSError, ValueError, UserError):
                raise Refusal(NOT_KEPT, "The timetable of that day is no longer kept here.") from None
            self._mapped[timetable_hash] = found
            while len(self._mapped) > TIMETABLES_KEPT:
                self._mapped.popitem(last=False)
        return found


def read_known(archive: Path, name: str, keys: Iterable[str], at: int) -> WhatWasKnown:
    """What was known of a timetable's line groups (their keys) and feeds at a moment (POSIX s).

    Raises:
        UserError, OSError, LineValueError, msgspec.DecodeError: the archive is damaged.
    """
    lines = []
    for kept in read_kept(archive / LINES, at, keys=tuple(keys), within_s=LINE_EXPIRY_S):
        value = decode_line_value(kept.value)
        lines.append((value.watermark, decode_public(value.public)))
    feeds = {kept.key: decode_feed_status(kept.value) for kept in read_kept(archive / FEEDS, at)}
    alerts = {kept.key: decode_feed_alerts(kept.value) for kept in read_kept(archive / ALERTS, at)}
    newest = find_newest(archive / LINES, at, prefix=f"{name}:")
    return WhatWasKnown(
        lines,
        {feed: status for feed, status in feeds.items() if status.timetable == name},
        {feed: said for feed, said in alerts.items() if said.timetable == name},
        0 if newest is None else read_computed_at(newest.value),
    )


def read_of_vehicles(
    archive: Path, name: str, vehicles: Collection[str], at: int
) -> list[tuple[Watermark, LineForecasts]]:
    """The values of a timetable's line groups that spoke of vehicles (public ids) at a moment (POSIX s).

    Nothing says beforehand which they are: every line group's value of then is looked through, undecoded where it does
    not name one.

    Raises:
        UserError, OSError, LineValueError, msgspec.DecodeError: the archive is damaged.
    """
    named = [vehicle.partition(":")[2].encode() for vehicle in vehicles]
    found = []
    for kept in read_kept(archive / LINES, at, prefix=f"{name}:", within_s=LINE_EXPIRY_S):
        value = decode_line_value(kept.value)
        if any(vehicle in value.public for vehicle in named):
            forecasts = decode_public(value.public)
            if any(forecasts.name_vehicle(run) in vehicles for run in forecasts.runs):
                found.append((value.watermark, forecasts))
    return found
