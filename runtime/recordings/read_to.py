"""How far a topic was read, as it is noted beside what was kept of it.

Offsets count within one epoch of the topics: on topics that were made anew they begin again, and a position of the
earlier ones would skip records or, past the end, wait for ever.
"""

import msgspec


class ReadTo(msgspec.Struct, frozen=True):
    """The offset to read next by partition, in the topics of ``epoch``."""

    epoch: int
    positions: dict[str, int]


_decoder = msgspec.json.Decoder(ReadTo)


def encode_read_to(epoch: int, positions: dict[str, int]) -> bytes:
    """The note as JSON."""
    return msgspec.json.encode(ReadTo(epoch, positions))


def find_positions(noted: bytes | None, epoch: int) -> dict[str, int]:
    """Where to go on in the topics of ``epoch``; empty where nothing was noted, or of other topics.

    Raises:
        msgspec.DecodeError: this is no such note.
    """
    if noted is None:
        return {}
    read_to = _decoder.decode(noted)
    return dict(read_to.positions) if read_to.epoch == epoch else {}
