"""``python -m tests.ablation.without_trips FROM TO [--no-direction]``: a copy of a recording without its trips.

Of each vehicle trip, start and day are taken out, the line stays. ``headway score --positions TO --truth FROM`` then
says what trips are worth.
"""

import argparse
import zipfile
from pathlib import Path

from google.transit.gtfs_realtime_pb2 import FeedMessage

from headway.score_report.replay import read_recording


def take_out_trips(content: bytes, *, keeps_direction: bool) -> bytes:
    """A FeedMessage whose vehicles name their line alone."""
    message = FeedMessage.FromString(content)
    for entity in message.entity:
        if not entity.HasField("vehicle"):
            continue
        for name in ("trip_id", "start_time", "start_date", *(() if keeps_direction else ("direction_id",))):
            entity.vehicle.trip.ClearField(name)
    packed: bytes = message.SerializeToString()
    return packed


def main() -> None:
    """Copy a recording, poll by poll."""
    parser = argparse.ArgumentParser(prog="python -m tests.ablation.without_trips", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--no-direction", action="store_true")
    chosen = parser.parse_args()
    with zipfile.ZipFile(chosen.target, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, content in read_recording(chosen.source):
            archive.writestr(f"{at}.pb", take_out_trips(content, keeps_direction=not chosen.no_direction))


if __name__ == "__main__":
    main()
