"""What ``headway up`` says once it serves: the page, a key, a line to try."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import numpy as np
from rich.console import Console

from runtime.ledger.first_staff import FirstLogin
from transit.timetable.compiled import Timetable

_ASK_EVERY_S: Final = 0.25
_ASK_SOURCE_EVERY_S: Final = 0.05
_TIMEOUT_S: Final = 5.0
_SOURCE_WITHIN_S: Final = 10.0
_STOPS_TRIED: Final = 5
_LIVE_WITHIN_S: Final = 90.0
"""After this long without a vehicle the timetable's own answer is good enough to greet with."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A stop that answers: how many arrivals, and whether one of them is by a vehicle under way."""

    url: str
    arrivals: int
    is_live: bool


async def wait_serving(base: str) -> None:
    """Wait until the API answers."""
    async with httpx.AsyncClient(base_url=base, timeout=_TIMEOUT_S) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get("/health/live")).is_success:
                    return
            await asyncio.sleep(_ASK_EVERY_S)


async def wait_source(url: str) -> None:
    """Wait until the simulated city's feed can be fetched; one that stays silent is its door's to tell of."""
    until = time.monotonic() + _SOURCE_WITHIN_S
    async with httpx.AsyncClient(timeout=_TIMEOUT_S) as client:
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(_ASK_SOURCE_EVERY_S)


async def find_sample(base: str, key: str, timetable: Timetable) -> Sample | None:
    """A stop whose answer shows what Headway does; a vehicle's arrival if one comes soon enough."""
    ids = [quote(f"{timetable.name}:{stop}", safe="") for stop in busiest_stops(timetable)]
    urls = [f"{base}/v1/stops/{public_id}/arrivals" for public_id in ids]
    until = time.monotonic() + _LIVE_WITHIN_S
    best: Sample | None = None
    async with httpx.AsyncClient(headers={"X-API-Key": key}, timeout=_TIMEOUT_S) as client:
        # one stop at a time: what is asked here is the trial key's, and its day should be left to whoever tries it
        for url in cycle(urls):
            if time.monotonic() >= until:
                break
            sample = await _ask(client, url)
            if sample is not None and sample.is_live:
                return sample
            best = best or sample
            await asyncio.sleep(_ASK_EVERY_S)
    return best


def busiest_stops(timetable: Timetable) -> list[str]:
    """The ids of the stops where most patterns call, busiest first."""
    calls = np.diff(timetable.stop_call_offset)
    return [timetable.stop_id[int(row)] for row in np.argsort(-calls, kind="stable")[:_STOPS_TRIED] if calls[row]]


async def _ask(client: httpx.AsyncClient, url: str) -> Sample | None:
    try:
        answer = await client.get(url)
    except httpx.HTTPError:
        return None
    if answer.status_code != httpx.codes.OK:
        return None
    arrivals = answer.json()["arrivals"]
    if not arrivals:
        return None
    return Sample(url, len(arrivals), any(arrival["basis"] == "live" for arrival in arrivals))


def _login(first: FirstLogin | None) -> str:
    return "your own login" if first is None else f"login {first.login}, password {first.password}"


@dataclass(frozen=True, kw_only=True)
class Greeting:
    """Where Headway serves, with which key, how soon.

    ``token`` is the file with the operator's token. ``login`` is ``None`` where staff keep their accounts themselves,
    ``sample`` where no stop answered in time.
    """

    base: str
    key: str
    operations: str
    token: Path
    staff: str
    login: FirstLogin | None
    sample: Sample | None
    took_s: float


def greet(console: Console, greeting: Greeting) -> None:
    """Print where to go from here."""
    base, key, sample = greeting.base, greeting.key, greeting.sample
    console.print()
    console.print(
        f"[bold green]Headway runs[/]: first arrivals after {greeting.took_s:.1f} s" if sample else "Headway runs"
    )
    console.print(f"  page        {base}/", soft_wrap=True, highlight=False)
    console.print(f"  API         {base}/openapi.json", soft_wrap=True, highlight=False)
    console.print(f"  partners    {base}/partners", soft_wrap=True, highlight=False)
    operations = f"{greeting.operations}/operations/status  (operator's token: {greeting.token})"
    console.print(f"  operations  {operations}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"  staff       {greeting.staff}/  ({_login(greeting.login)})", soft_wrap=True, highlight=False)
    console.print(f"  trial key   {key}", soft_wrap=True, highlight=False)
    if sample:
        console.print(f"  try         curl -H 'X-API-Key: {key}' '{sample.url}'", soft_wrap=True, highlight=False)
    console.print("Ctrl-C ends it.\n")
