"""The staff's surface: login, roles, four eyes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.admin.app import build_admin
from runtime.ledger.database import Ledger
from runtime.ledger.migrate import migrate
from runtime.ledger.plans import ensure_built_in_plans
from runtime.ledger.staff import ROLES, set_staff
from runtime.settings import Settings

PASSWORD = "correct horse battery"
Call = Callable[..., Awaitable[httpx.Response]]


@pytest_asyncio.fixture
async def ledger(sqlite_url: str) -> AsyncIterator[Ledger]:
    opened = Ledger(sqlite_url)
    await migrate(opened)
    async with opened.write() as session:
        await ensure_built_in_plans(session, actor="test")
        for login in ("ana", "ben"):
            await set_staff(session, login, password=PASSWORD, roles=list(ROLES), actor="test")
        await set_staff(session, "vic", password=PASSWORD, roles=["viewer"], actor="test")
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def call(ledger: Ledger, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Call]:
    assert isinstance(ledger, Ledger)
    app = build_admin(Settings(database=sqlite_url, data_folder=tmp_path, store="redis://127.0.0.1:1/0"))
    transport = httpx.ASGITransport(app=app)
    tokens: dict[str, str] = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://admin/v1/admin") as client:

        async def send(who: str, method: str, path: str, **body: Any) -> httpx.Response:
            if who and who not in tokens:
                answer = await client.post("/login", json={"login": who, "password": PASSWORD})
                tokens[who] = answer.json()["token"]
            headers = {"authorization": f"Bearer {tokens[who]}"} if who else {}
            return await client.request(method, path, headers=headers, json=body or None)

        yield send
    await app._app._app.state.affairs.close()  # type: ignore[attr-defined]


async def act(call: Call, who: str, name: str, /, **arguments: Any) -> httpx.Response:
    return await call(who, "POST", "/acts", act=name, arguments=arguments)


async def test_nothing_is_told_without_a_login(call: Call) -> None:
    for method, path in (
        ("GET", "/partners"),
        ("GET", "/me"),
        ("GET", "/acts"),
        ("POST", "/acts"),
        ("GET", "/audit/search"),
        ("GET", "/audit/extract"),
    ):
        answer = await call("", method, path, **({"act": "add_partner"} if method == "POST" else {}))
        assert answer.status_code == 401, path
        assert answer.json()["type"] == "/problems/staff-only"


async def test_a_viewer_reads_and_does_nothing(call: Call) -> None:
    assert (await call("vic", "GET", "/partners")).json() == {"partners": []}
    refused = await act(call, "vic", "add_partner", name="Maps")
    assert refused.status_code == 403
    assert (await call("vic", "GET", "/audit/search")).status_code == 403


async def test_a_plain_act_is_done_at_once_and_noted_with_who_did_it(call: Call) -> None:
    added = await act(call, "ana", "add_partner", name="Maps")
    assert added.status_code == 200
    assert added.json()["key"].startswith("hw_live_")
    entries = (await call("ben", "GET", "/audit/search?action=partner_added")).json()["entries"]
    assert entries[0]["entry"]["actor"] == "staff ana"
    assert "hw_live_" not in (await call("ben", "GET", "/audit/extract")).text


async def test_a_dangerous_act_waits_for_somebody_else(call: Call) -> None:
    asked = await act(call, "ana", "publish_product", id="maps", name="Maps", description="For maps", supply="granted")
    assert asked.status_code == 202
    assert {each["id"] for each in (await call("vic", "GET", "/products")).json()["products"]} == {"open"}
    path = f"/acts/waiting/{asked.json()['id']}"
    own = await call("ana", "POST", f"{path}/confirm")
    assert own.status_code == 409
    assert "four eyes" in own.json()["detail"]
    assert (await call("vic", "POST", f"{path}/confirm")).status_code == 403
    assert (await call("ben", "POST", f"{path}/confirm")).status_code == 200
    assert {each["id"] for each in (await call("vic", "GET", "/products")).json()["products"]} == {"open", "maps"}
    assert (await call("ben", "POST", f"{path}/confirm")).status_code == 409


async def test_an_act_that_was_refused_is_not_done(call: Call) -> None:
    asked = await act(call, "ana", "withdraw_product", product="open")
    await call("ben", "POST", f"/acts/waiting/{asked.json()['id']}/refuse")
    assert (await call("ana", "GET", "/products")).json()["products"][0]["withdrawn_at"] is None
    assert (await call("ana", "GET", "/acts/waiting")).json() == {"waiting": []}


async def test_arguments_are_checked_before_anybody_is_asked(call: Call) -> None:
    for name, arguments in (
        ("give_grant", {"partner": "x"}),
        ("publish_product", {"id": 7}),
        ("add_partner", {"name": "x", "password": "y"}),
        ("drop_tables", {}),
    ):
        assert (await act(call, "ana", name, **arguments)).status_code == 409


async def test_wrong_passwords_rest_the_account(call: Call) -> None:
    for _ in range(5):
        wrong = await call("", "POST", "/login", login="vic", password="not this one")
        assert wrong.status_code == 401
    right = await call("", "POST", "/login", login="vic", password=PASSWORD)
    assert right.status_code == 401
    entries = (await call("ana", "GET", "/audit/search?action=staff_login_failed")).json()["entries"]
    assert len(entries) == 5
    assert (await call("", "POST", "/login", login="nobody", password=PASSWORD)).status_code == 401
    assert len((await call("ana", "GET", "/audit/search?action=staff_login_failed")).json()["entries"]) == 5


async def test_a_login_ends_when_its_account_is_changed(call: Call, ledger: Ledger) -> None:
    assert (await call("vic", "GET", "/me")).status_code == 200
    async with ledger.write() as session:
        await set_staff(session, "vic", password=PASSWORD, roles=["auditor"], actor="test")
    assert (await call("vic", "GET", "/me")).status_code == 401


@pytest.mark.parametrize("password", ["short", ""])
async def test_short_passwords_are_refused(ledger: Ledger, password: str) -> None:
    from runtime.errors import UserError  # noqa: PLC0415 - only here

    with pytest.raises(UserError, match="password"):
        async with ledger.write() as session:
            await set_staff(session, "eve", password=password, roles=["viewer"], actor="test")
