"""`gtfs-station-stop` on our feeds as they come; in an environment of its own, for it holds older bindings.

    python -m venv /tmp/readers && /tmp/readers/bin/pip install gtfs-station-stop
    /tmp/readers/bin/python tests/validators/read_by_station_stop.py http://127.0.0.1:8000 KEY --timetable city

Exit code 1: it found no arrival, or one that lies behind.
"""

import argparse
import sys
import time
import urllib.parse
import urllib.request

from google.transit.gtfs_realtime_pb2 import FeedMessage
from gtfs_station_stop.feed_subject import FeedSubject
from gtfs_station_stop.route_status import RouteStatus
from gtfs_station_stop.station_stop import StationStop

LATE_S = 600


def main() -> int:
    """Ask it for every stop's arrivals and every line's alerts."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("url")
    arguments.add_argument("key")
    arguments.add_argument("--timetable", default="city")
    asked = arguments.parse_args()
    query = urllib.parse.urlencode({"timetable": asked.timetable})
    kinds = ("trip-updates", "vehicle-positions", "alerts")
    urls = [f"{asked.url}/v1/gtfs-realtime/{kind}.pb?{query}" for kind in kinds]
    headers = {"X-API-Key": asked.key}
    first = urllib.request.Request(urls[0], headers=headers)  # noqa: S310 - an address that its user names
    with urllib.request.urlopen(first, timeout=30) as answer:  # noqa: S310 - the same
        updates = [entity.trip_update for entity in FeedMessage.FromString(answer.read()).entity]

    subject = FeedSubject(urls, headers=headers)
    stop_ids = sorted({call.stop_id for update in updates for call in update.stop_time_update})
    stops = [StationStop(stop_id, subject) for stop_id in stop_ids]
    statuses = [RouteStatus(line_id, subject) for line_id in sorted({update.trip.route_id for update in updates})]
    subject.update()

    # it has arrivals alone: at a run's first stop there is none
    arrivals = [arrival for stop in stops for arrival in stop.arrivals if arrival.time]
    ahead = sum(arrival.time > time.time() - LATE_S for arrival in arrivals)
    alerts = sum(len(status.alerts) for status in statuses)
    sys.stdout.write(f"{len(stops)} stops, {len(arrivals)} arrivals, {ahead} ahead, {alerts} alerts of lines\n")
    return 0 if arrivals and ahead == len(arrivals) else 1


if __name__ == "__main__":
    sys.exit(main())
