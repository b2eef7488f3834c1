"""Another version of a timetable has its crosswalks matched again."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from api.crosswalks.rematch import FAILURES_MAX, Rematch
from tests.api.lane.asking import ask
from tests.api.lane.crosswalks.uploads import LINES, STOPS, AddKey, InProcess, Replica, put, read_json
from transit.crosswalk.entries import Entry, Kind, Match
from transit.timetable.compiled import Timetable


async def test_another_version_of_the_timetable_has_its_crosswalks_matched_again_once(
    replicas: tuple[Replica, Replica], add_key: AddKey, timetable: Timetable
) -> None:
    one, other = replicas
    key = await add_key()
    read_json(await put(one, key))
    codes = list(timetable.stop_code)
    codes[timetable.stop_id.find("A")], codes[timetable.stop_id.find("F")] = "", "101"
    later = replace(timetable, hash="later", stop_code=type(timetable.stop_code).of(codes))
    matching = InProcess(timetable, later)
    looked = []
    for replica in (one, other):
        replica.view.shelf.keep(type(replica.view.shelf[timetable.hash])(later))
        rematch = Rematch(replica.view, replica.api.application.state.affairs, matching)
        looked.append((await rematch.look(), await rematch.look()))
    assert looked == [(1, 0), (0, 0)]
    told = read_json(await ask(one.lane, STOPS, key))
    assert told["version"] == "later"
    assert (told["report"][0]["ours"], told["report"][0]["reason"]) == ("town:F", "code_elsewhere")


async def test_what_cannot_be_matched_again_holds_up_nobody_and_is_left_after_some_tries(
    replicas: tuple[Replica, Replica], add_key: AddKey, timetable: Timetable
) -> None:
    one, other = replicas
    key, healthy = await add_key("Alpha"), await add_key("Beta")
    read_json(await put(one, key, LINES, b"id,name\nslow,1\n"))
    read_json(await put(one, key))
    read_json(await put(one, healthy))
    later = replace(timetable, hash="later")
    tried: list[Kind] = []

    class Failing(InProcess):
        async def match(
            self, kind: Kind, entries: Sequence[Entry], timetable_hash: str, *, partner_id: str
        ) -> tuple[Match, ...]:
            tried.append(kind)
            if kind is Kind.LINES:
                raise RuntimeError("a process could not be started")
            return await super().match(kind, entries, timetable_hash, partner_id=partner_id)

    now = [0.0]
    matching = Failing(timetable, later)
    rematches = []
    for replica in (one, other):
        replica.view.shelf.keep(type(replica.view.shelf[timetable.hash])(later))
        rematches.append(Rematch(replica.view, replica.api.application.state.affairs, matching, now=lambda: now[0]))
    first, second = rematches
    assert (await first.look(), await second.look()) == (2, 0)
    assert sorted(tried) == [Kind.LINES, Kind.STOPS, Kind.STOPS]
    looks = []
    for _ in range(300):
        now[0] += 10.0
        tried.clear()
        await first.look()
        looks.append(len(tried))
    at = [number for number, count in enumerate(looks) if count]
    assert len(at) == FAILURES_MAX - 1
    waits = [later_one - earlier for earlier, later_one in pairwise(at)]
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
