"""Writes a whole city's values to the store, a line's every ten seconds, spread evenly, as serving does.

``python -m tests.bench.city_writer FOLDER STORE NAMESPACE VEHICLES``: the timetable of the bench lies in the folder.
"""

import asyncio
import sys
import time
from pathlib import Path
from typing import Final

from redis.asyncio import Redis

from runtime.timetables import load_timetable
from runtime.timetables.timetable_folder import list_files
from schemas.store_keys import timetable_versions
from schemas.timetable_versions import TimetableVersion, TimetableVersions, encode_timetable_versions
from streams.serving.line_view import LineView
from streams.serving.store_writer import StoreWriter
from tests.bench.city_values import packed_value
from transit.timetable.compiled import Timetable

POLL_S: Final = 10
_TURN_S: Final = 0.1


async def write_for_ever(timetable: Timetable, store_url: str, namespace: str, vehicles: int) -> None:
    """Write all lines at once, say that the view is whole, then renew them for ever."""
    store = Redis.from_url(store_url)
    version = TimetableVersion(hash=timetable.hash, from_service_date=None, activated_at=1, source="bench")
    versions = TimetableVersions(name=timetable.name, versions=(version,))
    await store.hset(timetable_versions(namespace), timetable.name, encode_timetable_versions(versions))
    writer, view = StoreWriter(store, namespace), LineView()
    lines, began = len(timetable.line_id), int(time.time())
    written = 0
    while True:
        due = lines if not written else lines + int((time.time() - began) / POLL_S * lines)
        for number in range(written, due):
            line, poll = number % lines, number // lines
            value = packed_value(timetable, line, poll, vehicles=vehicles, every_s=POLL_S, starts_at=began)
            key = f"{timetable.name}:{timetable.group_id[int(timetable.line_group[line])]}"
            view.take(key, value, time.time())
        await writer.write_changed(view)
        if not written:
            await writer.mark_whole()
        written = max(written, due)
        await asyncio.sleep(_TURN_S)


if __name__ == "__main__":
    folder, url, name, count = sys.argv[1:]
    (file,) = list_files(Path(folder))
    asyncio.run(write_for_ever(load_timetable(file), url, name, int(count)))
