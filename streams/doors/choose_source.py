"""Which source a feed's setting means."""

import time
from pathlib import Path
from typing import Final

from runtime.errors import UserError
from runtime.recordings.archive import PART
from runtime.recordings.reading import is_poll_name
from runtime.settings import FeedSettings
from streams.doors.file_source import FileSource
from streams.doors.http_source import HttpSource
from streams.doors.joined_source import JoinedSource
from streams.doors.poll import Source
from streams.doors.recording_source import RecordingSource

STILL_CHANGING_S: Final = 15 * 60
"""A folder whose last message is younger than this is still being added to."""


def choose_source(feed: FeedSettings) -> Source:
    """A URL, a file, a folder or a recording.

    An archive (runtime.recordings.archive) is a recording, and so is a folder of nothing but ``<posix seconds>.pb``
    files, the last of them from long ago; any other folder is a feed that changes.

    Raises:
        UserError: the source is none of these.
    """
    main = _choose(feed)
    if not feed.beside:
        return main
    if isinstance(main, RecordingSource):
        raise UserError(f"feed {feed.id}: a recording holds all of its feed; nothing can stand beside it")
    return JoinedSource(main, [_choose(feed.model_copy(update={"source": source})) for source in feed.beside])


def _choose(feed: FeedSettings) -> Source:
    if feed.source.startswith(("http://", "https://")):
        return HttpSource(feed)
    place = Path(feed.source)
    if place.suffix == ".zip" or (place.is_dir() and _is_recording(place)):
        return RecordingSource(feed)
    if place.is_dir() or place.suffix == ".pb":
        return FileSource(feed)
    raise UserError(
        f"feed {feed.id}: {feed.source!r} is no http(s) URL, .pb file, folder of .pb files or zip recording"
    )


def _is_recording(folder: Path) -> bool:
    if any(folder.glob("*Z.zip")) or any(folder.glob(f"*Z.zip{PART}")):
        return True
    names = [path.name for path in folder.glob("*.pb")]
    if not names or not all(is_poll_name(name) for name in names):
        return False
    return max(int(name.partition(".")[0]) for name in names) < time.time() - STILL_CHANGING_S
