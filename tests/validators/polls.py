"""Feeds as a reader kept them: of each poll one file a kind, named by its moment as validators read it."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
import typer
from google.transit.gtfs_realtime_pb2 import FeedMessage

from api.gtfs_realtime.line_entities import FeedKind
from headway.score_report.replay import read_recording
from tests.replayed_view import ReplayedView

ANSWER_WAIT_S: Final = 30.0
TRIES: Final = 12
TRY_AFTER_S: Final = 0.4
_COMES_AGAIN: Final = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
"""A reader asks again."""

WHOLE: Final = "whole"
"""The three kinds of one poll as one message: for a validator that compares no files with one another."""


def name_of(kind: str, at: int) -> str:
    """A poll's file, its time written as the reference validator reads it from a name."""
    return f"{kind}-{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H-%M-%SZ}.pb"


def keep_poll(folder: Path, at: int, feeds: dict[FeedKind, bytes]) -> None:
    """Write one poll of moment ``at`` (POSIX s), each kind by itself and all as one message."""
    whole = FeedMessage()
    for kind, content in feeds.items():
        _write(folder / kind, name_of(kind, at), content, at)
        feed = FeedMessage.FromString(content)
        whole.header.CopyFrom(feed.header)
        for entity in feed.entity:
            entity.id = f"{kind} {entity.id}"
            whole.entity.append(entity)
    _write(folder / WHOLE, name_of(WHOLE, at), whole.SerializeToString(), at)


def _write(folder: Path, name: str, content: bytes, at: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    os.utime(folder / name, (at, at))


def list_polls(folder: Path, kind: str) -> list[Path]:
    """The files of a kind, in the order of their polls."""
    return sorted((folder / kind).glob(f"{kind}-*.pb"))


async def poll_live(url: str, key: str, asked: dict[str, str], folder: Path, *, for_s: float, every_s: float) -> int:
    """Poll the three feeds of a running Headway side by side, as any reader would; returns how often they came.

    A poll that fails is said, and the next one is made in its turn.
    """
    polls = kept = 0
    begun = time.monotonic()
    async with httpx.AsyncClient(base_url=url, headers={"X-API-Key": key}, timeout=ANSWER_WAIT_S) as client:
        while (since_s := time.monotonic() - begun) < for_s:
            await asyncio.sleep(max(0.0, polls * every_s - since_s))
            polls += 1
            try:
                feeds = await read_together(client, asked)
            except httpx.HTTPError as failed:
                typer.echo(f"a poll failed: {failed}")
                continue
            if feeds is None:
                typer.echo(f"a poll failed: trip updates and vehicle positions differed in time {TRIES} times")
                continue
            keep_poll(folder, int(time.time()), feeds)
            kept += 1
    return kept


async def read_together(client: httpx.AsyncClient, asked: dict[str, str]) -> dict[FeedKind, bytes] | None:
    """The three feeds, trip updates and vehicle positions of one computation: their headers tell the same time.

    Fetched a moment apart, they may be of two: then they are fetched again, as any reader does who holds one against
    the other. ``None``: they never were.

    Raises:
        httpx.HTTPError: a feed was not answered.
    """
    for number in range(TRIES):
        await asyncio.sleep(TRY_AFTER_S * bool(number))
        answers = await asyncio.gather(*(client.get(f"/v1/gtfs-realtime/{kind}.pb", params=asked) for kind in FeedKind))
        if any(answer.status_code in _COMES_AGAIN for answer in answers) and number < TRIES - 1:
            continue
        feeds = {kind: answer.raise_for_status().content for kind, answer in zip(FeedKind, answers, strict=True)}
        if _time_of(feeds[FeedKind.TRIP_UPDATES]) == _time_of(feeds[FeedKind.VEHICLE_POSITIONS]):
            return feeds
    return None


def _time_of(feed: bytes) -> int:
    """The header's time (POSIX s)."""
    return int(FeedMessage.FromString(feed).header.timestamp)


def poll_replay(gtfs: Path, recording: Path, folder: Path, *, every_s: int, polls: int) -> int:
    """Run a recording through door and trackers, and poll the API each ``every_s`` of its time; returns how often."""
    return asyncio.run(_poll_replay(gtfs, read_recording(recording), folder, every_s, polls))


async def _poll_replay(
    gtfs: Path, recorded: Iterator[tuple[int, bytes]], folder: Path, every_s: int, polls: int
) -> int:
    kept = 0
    with TemporaryDirectory() as data:
        replayed = ReplayedView(gtfs, Path(data))
        async with replayed.client() as client:
            for at, content in recorded:
                # while the agency says nothing new, a reader goes on polling
                while replayed.now and replayed.now + every_s <= at and kept < polls:
                    replayed.now += every_s
                    keep_poll(folder, int(replayed.now), await _read(replayed, client))
                    kept += 1
                if kept == polls:
                    break
                now = replayed.now or at
                replayed.apply(at, content)
                replayed.now = now
    return kept


async def _read(replayed: ReplayedView, client: httpx.AsyncClient) -> dict[FeedKind, bytes]:
    return {kind: (await replayed.read_feed(client, kind)).SerializeToString() for kind in FeedKind}
