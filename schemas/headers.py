"""Record headers of the raw feed topics: what the door says about a line's message, beside the message itself.

Header values are bytes; integers are decimal ASCII.
"""

from typing import Final, NamedTuple

import msgspec

TIMETABLE: Final = "timetable"
POLL_TIME: Final = "poll-time"
FEED: Final = "feed"
EPOCH: Final = "epoch"
FEED_DOWN: Final = "feed-down"
DUE: Final = "due"
ASSIGNED: Final = "assigned"
PASSAGE_ID: Final = "passage-id"
PREDICTIONS: Final = "predictions"
PARTIAL: Final = "partial"
GONE: Final = "gone"

OWN, AGENCY, MEASURED = "own", "agency", "measured"


class FeedHeaders(NamedTuple):
    """What the door knows of one line's message.

    ``timetable`` is the hash of the compiled timetable that the message speaks; ``poll_time_s`` the POSIX second of the
    poll, which is the tracker's only clock; ``epoch`` the broker epoch of the topics. ``feed_down`` marks a
    message written while the fetch fails. ``due`` names the entity ids of vehicles copied here because their block goes
    on with this line; ``assigned`` those whose line the door found by place, their report naming none.
    ``predictions`` says whose times are told where the agency foretells some: ``OWN`` (Headway's alone), ``AGENCY`` or
    ``MEASURED``. ``partial``: one of the feed's addresses is not known now, so what is missing is not gone.
    ``gone`` are vehicles that have no id but their trip's, which the poll before named and this one does not.
    """

    timetable: str
    poll_time_s: int
    feed: str
    epoch: int
    feed_down: bool = False
    due: tuple[str, ...] = ()
    assigned: tuple[str, ...] = ()
    predictions: str = OWN
    partial: bool = False
    gone: tuple[str, ...] = ()


class HeaderError(ValueError):
    """A record on a feed topic lacks a header or holds one that cannot be read."""


_ids = msgspec.msgpack.Decoder(tuple[str, ...])


def encode_headers(headers: FeedHeaders) -> list[tuple[str, bytes]]:
    """Kafka record headers for one line's message; empty facts are left out."""
    record = [
        (TIMETABLE, headers.timetable.encode()),
        (POLL_TIME, b"%d" % headers.poll_time_s),
        (FEED, headers.feed.encode()),
        (EPOCH, b"%d" % headers.epoch),
    ]
    if headers.feed_down:
        record.append((FEED_DOWN, b"1"))
    if headers.due:
        record.append((DUE, msgspec.msgpack.encode(headers.due)))
    if headers.assigned:
        record.append((ASSIGNED, msgspec.msgpack.encode(headers.assigned)))
    if headers.predictions != OWN:
        record.append((PREDICTIONS, headers.predictions.encode()))
    if headers.partial:
        record.append((PARTIAL, b"1"))
    if headers.gone:
        record.append((GONE, msgspec.msgpack.encode(headers.gone)))
    return record


def decode_headers(record: "list[tuple[str, bytes]] | dict[str, bytes]") -> FeedHeaders:
    """Read a record's headers back.

    Raises:
        HeaderError: one of the four that every record carries is missing or malformed.
    """
    found = record if isinstance(record, dict) else dict(record)
    try:
        return FeedHeaders(
            timetable=found[TIMETABLE].decode(),
            poll_time_s=int(found[POLL_TIME]),
            feed=found[FEED].decode(),
            epoch=int(found[EPOCH]),
            feed_down=found.get(FEED_DOWN) == b"1",
            due=_ids.decode(found[DUE]) if DUE in found else (),
            assigned=_ids.decode(found[ASSIGNED]) if ASSIGNED in found else (),
            predictions=found[PREDICTIONS].decode() if PREDICTIONS in found else OWN,
            partial=found.get(PARTIAL) == b"1",
            gone=_ids.decode(found[GONE]) if GONE in found else (),
        )
    except KeyError as missing:
        raise HeaderError(f"header {missing} is missing") from None
    except (ValueError, msgspec.DecodeError) as malformed:
        raise HeaderError(f"a header cannot be read: {malformed}") from None
