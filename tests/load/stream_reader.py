"""A client of streams that trusts nothing: it checks each line's chain of sequences and remembers all it was told."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

_LIMIT_BYTES = 64 * 1024 * 1024


@dataclass
class StreamReader:
    """One stream, resumed wherever it is connected next."""

    path: str
    key: str
    last_id: str = ""
    held: dict[str, int] = field(default_factory=dict)
    told: dict[str, list[int]] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    repeats: list[str] = field(default_factory=list)
    full: int = 0
    resumed: int = 0
    began: int = 0
    """Times it had to begin with a snapshot."""
    end: dict[str, Any] = field(default_factory=dict)
    on_line: Callable[[dict[str, Any]], None] | None = None

    async def follow(self, host: str, port: int, *, until: asyncio.Event | None = None) -> None:
        """Read until the connection ends."""
        reader, writer = await asyncio.open_connection(host, port, limit=_LIMIT_BYTES)
        try:
            resume = f"Last-Event-ID: {self.last_id}\r\n" if self.last_id else ""
            head = f"GET {self.path} HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {self.key}\r\n{resume}\r\n"
            writer.write(head.encode())
            status = await reader.readline()
            if b" 200 " not in status:
                await asyncio.sleep(0.2)
                return
            while await reader.readline() != b"\r\n":
                pass
            await self._read_chunks(reader, until)
        finally:
            writer.close()

    async def _read_chunks(self, reader: asyncio.StreamReader, until: asyncio.Event | None) -> None:
        text = b""
        while until is None or not until.is_set():
            size = int((await reader.readline()).strip() or b"0", 16)
            if not size:
                return
            text += (await reader.readexactly(size + 2))[:-2]
            *events, text = text.split(b"\n\n")
            for event in events:
                self._take(event)

    def _take(self, event: bytes) -> None:
        fields = dict(line.split(b": ", 1) for line in event.split(b"\n") if b": " in line and line[:1] != b":")
        name = fields.get(b"event", b"")
        if name == b"ready":
            is_resumed = orjson.loads(fields[b"data"])["resumed"]
            self.resumed += is_resumed
            self.began += not is_resumed
        elif name == b"end":
            self.end = orjson.loads(fields[b"data"])
        elif name in (b"snapshot", b"delta"):
            for line in orjson.loads(fields[b"data"])["lines"]:
                self._take_line(line)
        if b"id" in fields:
            self.last_id = fields[b"id"].decode()

    def _take_line(self, line: dict[str, Any]) -> None:
        key, sequence = line["line_group"], line["sequence"]
        known = self.held.get(key)
        if known is not None and sequence <= known:
            self.repeats.append(f"{key} {sequence} after {known}")
        if line["full"]:
            self.full += 1
        elif line["previous"] != known:
            self.gaps.append(f"{key} {sequence} told against {line['previous']}, held {known}")
        self.held[key] = sequence
        self.told.setdefault(key, []).append(sequence)
        if self.on_line is not None:
            self.on_line(line)


async def follow_for_ever(client: StreamReader, ports: list[int], over: asyncio.Event) -> None:
    """Connect to the replicas in turn, again and again, until told to stop."""
    turn = hash(client.path) % len(ports)
    while not over.is_set():
        turn += 1
        started = time.monotonic()
        try:
            await client.follow("127.0.0.1", ports[turn % len(ports)], until=over)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            await asyncio.sleep(max(0.0, 0.1 - (time.monotonic() - started)))
