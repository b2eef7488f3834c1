"""Long work gives others their turn when it is time, and not before."""

import asyncio

from api.turns import SLICE_S, Turns


async def test_others_have_their_turn_once_a_slice_is_over() -> None:
    now = 0.0
    others: list[str] = []
    turns = Turns(lambda: now)
    waiting = asyncio.create_task(_note(others))
    now = SLICE_S * 0.9
    await turns.give()
    assert others == []
    now = SLICE_S
    await turns.give()
    assert others == ["had"]
    await waiting
    asyncio.get_running_loop().call_soon(others.append, "again")
    await turns.give()
    assert others == ["had"], "the next slice has just begun"


async def _note(others: list[str]) -> None:
    others.append("had")
