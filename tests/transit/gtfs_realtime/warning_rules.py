"""GTFS-realtime's warnings as checks on feeds, by the numbers under which validators know them."""

from tests.transit.gtfs_realtime.moments import Found, Moment, Trip, pairings_of, pairs_before, places_of, stamps_of


def w001(moment: Moment) -> Found:
    yield from ("no time" for at in stamps_of(moment) if not at)


def w002(moment: Moment) -> Found:
    for update in moment.trip_updates():
        # a cancelled trip has no vehicle that could be named
        if not update.vehicle.id and update.trip.schedule_relationship != Trip.CANCELED:
            yield update.trip.trip_id
    yield from (position.trip.trip_id for position in moment.positions() if not position.vehicle.id)


def w003(moment: Moment) -> Found:
    told, seen = pairings_of(moment)
    yield from (f"{trip} has no position" for trip in told.keys() - seen)
    yield from (f"{trip} has no update" for trip in seen.keys() - told)


def w004(moment: Moment) -> Found:
    for position, _, _ in places_of(moment):
        if not 0 <= position.position.speed <= 26.8:
            yield f"{position.vehicle.id} {position.position.speed}"


def w005(moment: Moment) -> Found:
    for update in moment.trip_updates():
        if moment.gtfs.runs_by_headway(update.trip.trip_id) and not update.vehicle.id:
            yield update.trip.trip_id


def w006(moment: Moment) -> Found:
    yield from ("no trip_id" for trip in moment.trips() if not trip.trip_id)


def w007(moment: Moment) -> Found:
    for was, is_now in pairs_before(moment):
        if is_now.header.timestamp - was.header.timestamp > 35:
            yield f"{was.header.timestamp} then {is_now.header.timestamp}"


def w008(moment: Moment) -> Found:
    yield from (f"{f.header.timestamp}" for f in moment.feeds if moment.at - f.header.timestamp > 65)


def w009(moment: Moment) -> Found:
    yield from (t.trip_id for t in moment.trips() if not t.HasField("schedule_relationship"))
    yield from (u.trip.trip_id for u, c in moment.calls() if not c.HasField("schedule_relationship"))
