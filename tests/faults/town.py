"""A town of one line whose bus is on its way, laid out for real API processes, and partners who poll them."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import httpx
from redis.asyncio import Redis

from runtime.ledger.database import Ledger
from runtime.ledger.keys import issue_key
from runtime.ledger.migrate import migrate
from runtime.ledger.partners import add_partner
from runtime.ledger.plans import Plan, set_plan
from runtime.settings import Settings
from runtime.timetables import save_timetable, write_versions
from schemas import store_keys
from schemas.line_forecasts import (
    NO_TIME,
    Basis,
    LineConditions,
    LineForecasts,
    Revision,
    RunForecast,
    RunState,
    Verdict,
    VerdictReason,
    encode_public,
)
from schemas.line_key import make_line_key
from schemas.line_value import LineValue, Watermark, encode_line_value
from schemas.timetable_versions import TimetableVersion, TimetableVersions, encode_timetable_versions
from transit.timetable.compile import compile_timetable

NAME: Final = "town"
EVERY_S: Final = 600
ARRIVALS: Final = f"/v1/stops/{NAME}%3Ac/arrivals"


def _clock(at_s: int) -> str:
    return f"{at_s // 3600:02d}:{at_s // 60 % 60:02d}:00"


def _tables() -> dict[str, bytes]:
    starts = range(0, 86_400, EVERY_S)
    calls = [(stop, 600 * place) for place, stop in enumerate("abc")]
    rows = {
        "agency.txt": ["agency_id,agency_name,agency_url,agency_timezone", "a,A,https://a.example,UTC"],
        "routes.txt": ["route_id,agency_id,route_short_name,route_type", "1,a,1,3"],
        "stops.txt": ["stop_id,stop_name,stop_lat,stop_lon", "a,A,48.85,2.30", "b,B,48.85,2.35", "c,C,48.85,2.40"],
        "calendar.txt": [
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            "s,1,1,1,1,1,1,1,20260101,20351231",
        ],
        "trips.txt": ["route_id,service_id,trip_id,direction_id", *(f"1,s,t{start},0" for start in starts)],
        "stop_times.txt": ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"]
        + [
            f"t{start},{_clock(start + after)},{_clock(start + after)},{stop},{place}"
            for start in starts
            for place, (stop, after) in enumerate(calls)
        ],
    }
    return {name: ("\n".join(lines) + "\n").encode() for name, lines in rows.items()}


class Town:
    """The town's timetable and its line's value as a tracker writes it."""

    def __init__(self) -> None:
        self.timetable = compile_timetable(_tables(), name=NAME, source="test")
        self._began = int(time.time())
        """Its bus is on the run of then for good: ten minutes may end, and a day, between two values."""

    def value(self) -> bytes:
        """The line's value: one bus, shortly behind its first stop, ten and twenty minutes from the others."""
        now = int(time.time())
        trip = f"t{self._began % 86_400 // EVERY_S * EVERY_S}"
        pattern = int(self.timetable.trip_pattern[self.timetable.trip_id.find(trip)])
        run = RunForecast(
            line_id="1",
            trip_id=trip,
            service_date=int(time.strftime("%Y%m%d", time.gmtime(self._began))),
            start_time_s=None,
            pattern=pattern,
            direction_id=0,
            vehicle_id="bus",
            vehicle_label="7",
            state=RunState.EN_ROUTE,
            basis=Basis.LIVE,
            verdict=Verdict.EXPECTED,
            verdict_reason=VerdictReason.NONE,
            revision=Revision.NONE,
            observed_at=now,
            valid_until=now + 300,
            latitude=48.85,
            longitude=2.301,
            bearing_deg=90.0,
            speed_mps=8.0,
            progress_m=73.0,
            next_position=1,
            call_count=2,
            skipped=(),
            occupancy_status=1,
            occupancy_percentage=30,
            occupancy_observed_at=now,
            carriages=(),
            schedule_relationship=0,
            delay_s=0,
            due=False,
        )
        key = make_line_key(NAME, "1")
        times = (580, 600, 630, 590, 610, 640, 1180, 1200, 1230, NO_TIME, NO_TIME, NO_TIME)
        public = LineForecasts(
            line_group=key,
            timetable=self.timetable.hash,
            computed_at=now,
            feed=NAME,
            feed_down_since=None,
            runs=(run,),
            times=b"".join(at.to_bytes(2, "little", signed=True) for at in times),
            passages=(),
            conditions=LineConditions(1, 1, 1, 1, {}),
        )
        return encode_line_value(LineValue(Watermark(1, 0, now), now, encode_public(public), b""))

    def versions(self) -> TimetableVersions:
        """The one timetable is in force."""
        version = TimetableVersion(hash=self.timetable.hash, from_service_date=None, activated_at=1, source="test")
        return TimetableVersions(name=NAME, versions=(version,))

    async def fill(self, settings: Settings) -> None:
        """Fill the store as serving does."""
        namespace, key = settings.namespace, make_line_key(NAME, "1")
        versions = encode_timetable_versions(self.versions())
        async with Redis.from_url(settings.store) as store:
            await store.hset(store_keys.timetable_versions(namespace), NAME, versions)
            await store.set(store_keys.line_forecasts(key, namespace), self.value())
            await store.zadd(store_keys.line_index(namespace), {key: time.time()})
            await store.set(store_keys.view_generation(namespace), b"%d" % time.time_ns())

    async def lay_out(self, settings: Settings, plan: Plan) -> str:
        """Save the timetable, fill the store, add a partner under ``plan``; return its key."""
        settings.timetables.mkdir(parents=True, exist_ok=True)
        save_timetable(self.timetable, settings.timetables)
        write_versions(settings.timetables, self.versions())
        await self.fill(settings)
        ledger = Ledger(settings.database)
        await migrate(ledger)
        async with ledger.write() as session:
            await set_plan(session, plan, actor="test")
            await session.flush()
            partner = await add_partner(session, name="Maps", plan=plan.name, actor="test")
            key = (await issue_key(session, partner.id, actor="test")).text
        await ledger.close()
        return key


class Asked(NamedTuple):
    """One request: when it was sent and over (monotonic, s), and its answer, or what went wrong with it."""

    sent_at: float
    over_at: float
    status: int
    body: dict[str, Any]
    failure: str = ""

    @property
    def warnings(self) -> list[str]:
        """Codes of the answer's warnings."""
        return [warning["code"] for warning in self.body.get("warnings", ())]


@dataclass
class Partners:
    """Clients that poll one stop as fast as they are answered, over connections kept for a while."""

    key: str
    pause_s: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def poll(self, url: str) -> None:
        """Poll until ``over`` is set."""
        while not self.over.is_set():
            async with httpx.AsyncClient(base_url=url, headers={"X-API-Key": self.key}, timeout=10) as client:
                for _ in range(50):
                    if self.over.is_set():
                        return
                    self.asked.append(asked := await ask(client))
                    await asyncio.sleep(self.pause_s if asked.status == 200 else 0.02)

    def count(self, status: int) -> int:
        """How many answers had this status."""
        return sum(asked.status == status for asked in self.asked)

    def statuses(self) -> Counter[int]:
        """Answers by status; 0 stands for none."""
        return Counter(asked.status for asked in self.asked)


async def ask(client: httpx.AsyncClient, path: str = ARRIVALS) -> Asked:
    """One request."""
    sent_at = time.monotonic()
    try:
        answer = await client.get(path)
    except httpx.TransportError as failed:
        return Asked(sent_at, time.monotonic(), 0, {}, f"{type(failed).__name__}: {failed}")
    return Asked(sent_at, time.monotonic(), answer.status_code, answer.json())


async def wait_until_served(url: str, *, within_s: float = 90) -> None:
    """Until an API process answers at this address."""
    until = time.monotonic() + within_s
    async with httpx.AsyncClient(base_url=url) as client:
        while True:
            try:
                if (await client.get("/health/ready")).json()["view"] == "whole":
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < until, f"nobody answers at {url}"
            await asyncio.sleep(0.1)
