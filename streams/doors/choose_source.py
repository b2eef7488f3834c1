"""Which source a feed's setting means."""

from pathlib import Path

from runtime.errors import UserError
from runtime.settings import FeedSettings
from streams.doors.file_source import FileSource
from streams.doors.http_source import HttpSource
from streams.doors.poll import Source
from streams.doors.recording_source import RecordingSource, is_recorded_name


def choose_source(feed: FeedSettings) -> Source:
    """A URL, a file, a folder or a recording.

    A folder of nothing but ``<posix seconds>.pb`` files is a recording; any other folder is a feed that changes.

    Raises:
        UserError: the source is none of these.
    """
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
    names = [path.name for path in folder.glob("*.pb")]
    return bool(names) and all(is_recorded_name(name) for name in names)
