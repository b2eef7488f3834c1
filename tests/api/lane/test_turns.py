"""What is remembered of targets is bounded over all partners of a process."""

import time
from typing import Any

import pytest

from api.lane import seat as seats
from api.lane.seat import Seat
from tests.api.lane.asking import ask


async def _answer(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def test_all_seats_together_remember_no_more_turns_than_a_process_may(
    make_runtime: Any, add_key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "TURNS_OF_ALL_MAX", 5)
    monkeypatch.setattr(seats, "_remembering", seats._Remembering())
    runtime = make_runtime(_answer)
    keys = [await add_key(name) for name in ("Maps", "Rides")]
    await runtime.start()
    try:
        most = 0
        for number in range(10):
            for key in keys:
                assert (await ask(runtime.lane, f"/v1/lines/{number}", key)).status == 200
                found = [runtime.ring.find(each.encode(), time.monotonic()) for each in keys]
                most = max(most, sum(len(seat.turns) for seat in found if seat is not None))
        assert most == 5
    finally:
        await runtime.stop()


async def test_products_that_are_not_open_to_a_partner_are_not_remembered(make_runtime: Any, add_key: Any) -> None:
    runtime, key = make_runtime(_answer), await add_key()
    await runtime.start()
    try:
        seat = await runtime.ring.look_up(key.encode())
        assert isinstance(seat, Seat)
        for number in range(20):
            assert (await ask(runtime.lane, key=key, x_product=f"none-{number}")).status == 403
        assert not [product_id for _, product_id in seat._places if product_id]
    finally:
        await runtime.stop()
