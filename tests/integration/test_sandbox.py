"""The sandbox as a partner has it: the lane's key, quota and entity tags before the real API, no broker."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from headway.sandbox.check import see_script
from headway.sandbox.script import Script, Sight
from headway.sandbox.serve import serving
from runtime.embedded.ports import LOOPBACK, find_free_port
from runtime.ledger.sandbox_partner import SANDBOX_KEY

pytestmark = pytest.mark.integration

SCRIPT = msgspec.structs.replace(
    msgspec.toml.decode(
        """
what = "four lines for a minute"
start_at = 2026-11-24T08:00:00+08:00
lines = 4
warm_up_s = 60
[[see]]
at_s = 60
get = "/v1/feeds"
that = ["feeds[0].state == 'up'"]
""",
        type=Script,
    ),
    name="four",
)


async def test_a_partner_steps_and_asks_the_real_api_under_the_sandbox_key() -> None:
    port = find_free_port()
    url = f"http://{LOOPBACK}:{port}"
    async with serving(SCRIPT, host=LOOPBACK, port=port, plan="trial"):
        async with httpx.AsyncClient(base_url=url, headers={"X-API-Key": SANDBOX_KEY}, timeout=30) as client:
            asked = await client.get("/v1/feeds")
            again = await client.get("/v1/feeds", headers={"if-none-match": asked.headers["etag"]})
            nobody = await client.get("/v1/feeds", headers={"X-API-Key": "none"})
            burst = await asyncio.gather(*(client.get(f"/v1/lines?timetable=city&n={n}") for n in range(150)))
            async with client.stream("GET", "/v1/stream?lines=city%3Abus-1") as stream:
                told = stream.aiter_lines()
                await anext(told)
                await client.post("/sandbox/step", json={"s": 15})
                moved = [line async for line in _until(told, "2026-11-24T08:00:15+08:00")]
        seen = await asyncio.to_thread(lambda: list(see_script(SCRIPT, url, SANDBOX_KEY)))
        wrong = msgspec.structs.replace(SCRIPT, see=(Sight(at_s=0, get="/v1/feeds", that=("feeds[1]",)),))
        missed = await asyncio.to_thread(lambda: list(see_script(wrong, url, SANDBOX_KEY)))
    assert asked.status_code == 200
    assert "ratelimit" in asked.headers
    assert again.status_code == 304
    assert nobody.status_code == 401
    assert {each.status_code for each in burst} == {200, 429}
    assert moved
    assert [each.wrong for each in seen] == [()]
    assert missed[0].wrong == ("feeds[1]: null",)


async def _until(lines: AsyncIterator[str], words: str) -> AsyncIterator[str]:
    async with asyncio.timeout(60):
        async for line in lines:
            yield line
            if words in line:
                return
