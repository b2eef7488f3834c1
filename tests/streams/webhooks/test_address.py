"""No webhook leads inside."""

import asyncio
import ipaddress

import pytest

from streams.webhooks.address import AddressRefusedError, find_target, is_public, read_networks


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.5",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:0a00:0001::",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "ff02::1",
    ],
)
def test_an_address_inside_is_not_public_however_it_is_wrapped(inside: str) -> None:
    assert not is_public(ipaddress.ip_address(inside))


@pytest.mark.parametrize("outside", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_an_address_of_the_open_internet_is_public(outside: str) -> None:
    assert is_public(ipaddress.ip_address(outside))


@pytest.mark.parametrize(
    "url",
    ["https://localhost/x", "https://127.1/x", "https://[::1]:8443/x", "https://2130706433/x", "https://0x7f.1/x"],
)
async def test_an_address_that_leads_inside_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(AddressRefusedError, match=r"private network|cannot be resolved"):
        await find_target(url, ())


async def test_a_name_is_resolved_once_and_connected_to_as_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    async def resolve(_self: object, host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looked.append(host)
        return [(2, 1, 6, "", ("93.184.215.14" if len(looked) == 1 else "127.0.0.1", port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    monkeypatch.setattr("uvloop.Loop.getaddrinfo", resolve, raising=False)
    target = await find_target("https://app.example/hook?x=1", ())
    assert (target.url, target.host) == ("https://93.184.215.14:443/hook?x=1", "app.example")
    assert looked == ["app.example"]


async def test_one_address_inside_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(_self: object, _host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (each, port)) for each in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    with pytest.raises(AddressRefusedError, match="private network"):
        await find_target("https://app.example/hook", ())


async def test_a_network_inside_may_be_allowed_and_http_with_it() -> None:
    allowed = read_networks(("127.0.0.0/8",))
    assert (await find_target("http://127.0.0.1:8080/hook", allowed)).url == "http://127.0.0.1:8080/hook"
    with pytest.raises(AddressRefusedError, match="private network"):
        await find_target("http://10.0.0.1/hook", allowed)
