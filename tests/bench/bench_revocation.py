"""How soon what was taken away is gone, on each of four API processes: for requests, and for streams that are open.

``python -m tests.bench.bench_revocation``: a partner polls each process every 5 ms and has a stream open on each; then
its key is revoked, it is suspended, its grant suspended, revoked, or lapses, its key lapses, the feed's owner withdraws
what it gave (then the stop is not there, and streams end to begin anew without it). Told is the longest time
after the change was committed (for what lapses: after its moment) at which a request was still let in, and at which the
last stream was still open. Without ``--announced no`` the change is announced as every command does; with it replicas
have only the ledger's record of changes.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from runtime.errors import UserError
from runtime.ledger.announce import announce_change
from runtime.ledger.changes import Change, record_change
from runtime.ledger.grant_models import GrantRow
from runtime.ledger.grants import change_grant
from runtime.ledger.keys import revoke_key
from runtime.ledger.models import ApiKeyRow
from runtime.ledger.owners import add_owner, get_owner, set_term, withdraw
from runtime.ledger.partners import suspend_partner
from tests.bench.load_average import say_load
from tests.bench.paced_client import written
from tests.bench.replicas import AMPLE, COUNT, Partner, Replicas, Tally, ask_without_end, replicas
from tests.faults.town import ARRIVALS, NAME
from tests.load.stream_reader import StreamReader

GOAL_S: Final = 1.0
LAPSES_IN_S: Final = 3
WATCHED_S: Final = 2.5
OWNER: Final = "Bus Group"

Act = Callable[[AsyncSession, Partner], Awaitable[object]]


def _lapse(row: type[ApiKeyRow] | type[GrantRow]) -> Act:
    async def act(session: AsyncSession, partner: Partner) -> object:
        row_id = partner.key_id if row is ApiKeyRow else partner.grant_id
        ends = int(time.time()) + LAPSES_IN_S
        await session.execute(update(row).where(row.id == row_id).values(expires_at=ends))
        record_change(session, Change("bench", "bench_lapses", partner.id, {"at": ends}))
        return ends

    return act


ACTS: Final[dict[str, Act]] = {
    "key revoked": lambda session, partner: revoke_key(session, partner.key_id, actor="bench"),
    "partner suspended": lambda session, partner: suspend_partner(session, partner.name, suspended=True, actor="bench"),
    "grant suspended": lambda session, partner: change_grant(session, partner.grant_id, "suspend", actor="bench"),
    "grant revoked": lambda session, partner: change_grant(session, partner.grant_id, "revoke", actor="bench"),
    "grant lapses": _lapse(GrantRow),
    "key lapses": _lapse(ApiKeyRow),
    "owner withdraws": lambda session, _: _withdraw(session),
}


async def _withdraw(session: AsyncSession) -> object:
    return await withdraw(session, await get_owner(session, OWNER), actor="bench")


async def _give_all(running: Replicas) -> None:
    """The town's feed and timetable get an owner, who gives all to anyone."""
    async with running.ledger.write() as session:
        owner = await add_owner(session, name=OWNER, feeds=[NAME], timetables=[NAME], actor="bench")
        await session.flush()
        await set_term(session, owner, actor="bench")


def main() -> dict[str, float]:
    """Measure, print, and return the longest time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--announced", choices=("yes", "no"), default="yes", help="whether changes are announced")
    announced = parser.parse_args().announced == "yes"
    with tempfile.TemporaryDirectory() as folder:
        return {"longest_s": asyncio.run(_measure(Path(folder), announced=announced))}


async def _measure(folder: Path, *, announced: bool) -> float:
    longest = 0.0
    async with replicas(folder) as running:
        print(f"{'after the change, s':20} " + " ".join(f"{f'replica {place}':>18}" for place in range(1, COUNT + 1)))  # noqa: T201 - a report
        print(f"{'':20} " + " ".join(f"{'request':>9}{'stream':>9}" for _ in range(COUNT)))  # noqa: T201
        await _give_all(running)
        for number, (name, act) in enumerate(ACTS.items()):
            partner = await running.add_partner(f"Partner {number}", AMPLE)
            times = await _watch(running, partner, act, announced=announced)
            longest = max(longest, *(each for pair in times for each in pair))
            print(f"{name:20} " + " ".join(f"{request:9.2f}{stream:9.2f}" for request, stream in times), flush=True)  # noqa: T201
    print(f"longest {longest:.2f} s (goal {GOAL_S}); {'announced' if announced else 'not announced'}; {say_load()}")  # noqa: T201
    return longest


async def _watch(running: Replicas, partner: Partner, act: Act, *, announced: bool) -> list[tuple[float, float]]:
    over = asyncio.Event()
    request = written(ARRIVALS, {"X-API-Key": partner.key})
    tallies = [Tally() for _ in running.ports]
    streams = [StreamReader("/v1/stream?all=true", partner.key) for _ in running.ports]
    ended_at = [0.0 for _ in running.ports]

    async def follow(place: int) -> None:
        while not streams[place].began:
            await streams[place].follow("127.0.0.1", running.ports[place])
        ended_at[place] = time.monotonic()

    places = range(COUNT)
    asking = [
        asyncio.create_task(ask_without_end(running.ports[place], request, tallies[place], over, pause_s=0.005))
        for place in places
    ]
    following = [asyncio.create_task(follow(place)) for place in places]
    until = time.monotonic() + 20
    while not all(tally.answered > 20 for tally in tallies) or not all(stream.began for stream in streams):
        if time.monotonic() > until or any(task.done() for task in following):
            raise UserError(f"not every replica answers and streams: {[tally.statuses for tally in tallies]}")
        await asyncio.sleep(0.1)
    async with running.ledger.write() as session:
        ends = await act(session, partner)
    changed_at = time.monotonic()
    if isinstance(ends, int):
        changed_at += ends - time.time()
    if announced:
        await announce_change(running.settings, partner.id)
    await asyncio.sleep(max(0.0, changed_at - time.monotonic()) + WATCHED_S)
    over.set()
    await asyncio.gather(*asking)
    still = [place for place in places if not following[place].done()]
    for place in still:
        following[place].cancel()
        ended_at[place] = float("inf")
    await asyncio.gather(*following, return_exceptions=True)
    return [
        (max(0.0, tallies[place].answered_at[-1] - changed_at), max(0.0, ended_at[place] - changed_at))
        for place in places
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()) + "\n")
