"""Which route types run on rails of their own, so that their reports of stops can be trusted."""

from schemas.topics import FEED_SUBWAY, feed_topic


def is_railway(route_type: int) -> bool:
    """Whether vehicles of this GTFS route type, basic or extended, are no buses: what the subway's feed topic takes."""
    return feed_topic(route_type) is FEED_SUBWAY
