"""A GTFS-realtime feed as a file that is replaced, whole, at each publication."""

from pathlib import Path

from runtime.timetables.whole_file import write_whole

FILE_NAME = "vehicle_positions.pb"


def place_of(target: Path) -> Path:
    """The file that ``target`` means: itself if it ends in .pb, else a file in that folder."""
    return target if target.suffix == ".pb" else target / FILE_NAME


def publish_file(content: bytes, to: Path) -> None:
    """Replace the feed's file; a reader sees the old message or the new one.

    Raises:
        OSError: the folder cannot be written.
    """
    with write_whole(to) as opened:
        opened.write(content)
