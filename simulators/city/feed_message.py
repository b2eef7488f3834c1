"""The city's vehicles as a GTFS-realtime message, as an operator's server would send it."""

from google.transit import gtfs_realtime_pb2 as pb


def new_message(at: int) -> pb.FeedMessage:
    """An empty full-dataset message of the second ``at``."""
    message = pb.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.incrementality = pb.FeedHeader.FULL_DATASET
    message.header.timestamp = at
    return message
