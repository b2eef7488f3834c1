"""Ask a broker whether it serves, with two raw requests of Kafka's protocol and no client's machinery."""

import socket
import struct
from typing import Final

_TIMEOUT_S: Final = 1.0
_METADATA: Final = 3
_VERSION: Final = 1
_REQUEST: Final = struct.Struct(">ihhih")


def count_brokers(host: str, port: int) -> int:
    """How many brokers the cluster behind ``host:port`` has alive; 0 while it does not answer."""
    try:
        answer = _ask_metadata(host, port)
        return int(struct.unpack_from(">i", answer, 4)[0])
    except (OSError, struct.error):
        return 0


def _ask_metadata(host: str, port: int) -> bytes:
    client = b"headway-probe"
    no_topics = struct.pack(">i", 0)
    length = _REQUEST.size - 4 + len(client) + len(no_topics)
    request = _REQUEST.pack(length, _METADATA, _VERSION, 1, len(client)) + client + no_topics
    with socket.create_connection((host, port), timeout=_TIMEOUT_S) as broker:
        broker.sendall(request)
        size = struct.unpack(">i", _read(broker, 4))[0]
        return _read(broker, size)


def _read(broker: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = broker.recv(size - len(parts))
        if not part:
            raise ConnectionError("the broker hung up")
        parts += part
    return bytes(parts)
