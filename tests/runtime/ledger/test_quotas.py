import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.ledger.database import Ledger
from runtime.ledger.quotas import (
    Grant,
    OverQuotaError,
    StaleGenerationError,
    Windows,
    forget_windows,
    give_back,
    has_leases,
    leased_tokens,
    leases_of,
    note_grants,
    raise_generation,
)

TODAY = Windows("2026-02-16", "2026-02")


def _grant(tokens: int, *, process: str = "a", per_day: int = 100, per_month: int = 1000) -> Grant:
    return Grant(process, "p", TODAY, tokens, per_day, per_month)


async def _note(ledger: Ledger, *grants: Grant, generation: int = 0) -> None:
    async with ledger.write() as session:
        await note_grants(session, list(grants), generation=generation)


async def _leased(ledger: Ledger) -> dict[tuple[str, str], int]:
    async with ledger.read() as session:
        return await leased_tokens(session, list(TODAY))


async def test_a_grant_debits_day_and_month_before_it_may_be_spent(ledger: Ledger) -> None:
    await _note(ledger, _grant(30), _grant(20, process="b"))
    assert await _leased(ledger) == {("p", "2026-02-16"): 50, ("p", "2026-02"): 50}
    async with ledger.read() as session:
        assert await leases_of(session, "a") == [("p", "2026-02-16")]
        assert await has_leases(session)


@pytest.mark.parametrize("grant", [_grant(101), _grant(60, per_month=100)])
async def test_a_grant_that_over_runs_a_window_leaves_no_trace(ledger: Ledger, grant: Grant) -> None:
    await _note(ledger, _grant(50))
    with pytest.raises(OverQuotaError):
        await _note(ledger, _grant(1, process="b"), grant)
    assert await _leased(ledger) == {("p", "2026-02-16"): 50, ("p", "2026-02"): 50}


async def test_a_grant_of_an_older_generation_does_not_count(ledger: Ledger) -> None:
    async with ledger.write() as session:
        assert await raise_generation(session, above=7) == 8
    with pytest.raises(StaleGenerationError):
        await _note(ledger, _grant(1), generation=7)
    await _note(ledger, _grant(1), generation=8)


async def test_giving_back_twice_is_giving_back_once(ledger: Ledger) -> None:
    await _note(ledger, _grant(30))
    for expected in (18, 0):
        async with ledger.write() as session:
            assert await give_back(session, "a", "p", TODAY, spent=12) == expected
    assert await _leased(ledger) == {("p", "2026-02-16"): 12, ("p", "2026-02"): 12}


async def test_many_processes_at_once_never_over_run_a_day(ledger: Ledger) -> None:
    async def take(process: str) -> int:
        try:
            await _note(ledger, _grant(7, process=process))
        except OverQuotaError:
            return 0
        return 7

    assert sum(await asyncio.gather(*[take(f"p{number}") for number in range(25)])) == 98


async def test_windows_that_ended_are_forgotten_and_the_running_month_is_kept(ledger: Ledger) -> None:
    await _note(ledger, _grant(5))
    async with ledger.write() as session:
        await forget_windows(session, before_day="2026-02-17")
    assert await _leased(ledger) == {("p", "2026-02-16"): 5, ("p", "2026-02"): 5}
    async with ledger.write() as session:
        await forget_windows(session, before_day="2026-03-01")
    assert await _leased(ledger) == {}


@given(steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 40), st.integers(0, 40)), max_size=12))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_stands_leased_is_what_was_granted_less_what_came_back(
    ledger: Ledger, steps: list[tuple[str, int, int]]
) -> None:
    async with ledger.write() as session:
        await forget_windows(session, before_day="2027-01-01")
    held: dict[str, int] = {}
    settled = 0
    for process, tokens, spent in steps:
        if held.get(process) and spent % 2:
            used = min(spent, held[process])
            async with ledger.write() as session:
                assert await give_back(session, process, "p", TODAY, spent=used) == held.pop(process) - used
            settled += used
            continue
        fits = settled + sum(held.values()) + tokens <= 100
        try:
            await _note(ledger, _grant(tokens, process=process))
        except OverQuotaError:
            assert not fits
        else:
            assert fits
            held[process] = held.get(process, 0) + tokens
    assert (await _leased(ledger)).get(("p", "2026-02-16"), 0) == settled + sum(held.values())
