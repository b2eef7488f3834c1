"""`nyct-gtfs` on our feeds as they come; in an environment of its own, for it brings bindings of its own.

    python -m venv /tmp/nyct && /tmp/nyct/bin/pip install nyct-gtfs
    /tmp/nyct/bin/python tests/validators/read_by_nyct.py trip-updates.pb vehicle-positions.pb

The files are polls as `python -m tests.validators` keeps them. Exit code 1: it found no trip under way.
"""

import sys
from pathlib import Path

from nyct_gtfs import NYCTFeed


def main() -> int:
    """Give it the feeds as one, as the agency's is."""
    feed = NYCTFeed("A", fetch_immediately=False)
    feed.load_gtfs_bytes(b"".join(Path(place).read_bytes() for place in sys.argv[1:]))
    trips = feed.trips
    underway = sum(trip.underway for trip in trips)
    calls = [call for trip in trips for call in trip.stop_time_updates]
    sys.stdout.write(f"{len(trips)} trips, {underway} under way, {len(calls)} calls, of {feed.last_generated}\n")
    for trip in trips[:3]:
        first = trip.stop_time_updates[0]
        sys.stdout.write(f"  {trip.route_id} {trip.trip_id}: {first.stop_id} {first.stop_name} {first.arrival}\n")
    return 0 if calls and underway else 1


if __name__ == "__main__":
    sys.exit(main())
