"""A proxy for the world outside stands between no two processes of this machine."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import httpx
import pytest

from runtime.own_machine import ask_it_without_proxy
from tests.runtime.http_server import serving

NOWHERE = "http://127.0.0.1:9"
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the one overridden
        """Say nothing."""


@pytest.fixture
def served() -> Iterator[str]:
    with serving(_Answering) as url:
        yield url


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No proxy is named yet; what the test changes is undone."""
    for name in VARIABLES:
        for spelt in (name, name.upper()):
            monkeypatch.setenv(spelt, "")
            monkeypatch.delenv(spelt)
    return monkeypatch


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_what_this_machine_serves_is_had_where_a_proxy_is_set(
    environment: pytest.MonkeyPatch, served: str, variable: str
) -> None:
    environment.setenv(variable, NOWHERE)
    ask_it_without_proxy()
    assert httpx.get(served).status_code == 204


def test_a_socks_proxy_is_one_that_can_be_used(environment: pytest.MonkeyPatch, served: str) -> None:
    environment.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    ask_it_without_proxy()
    assert httpx.get(served).status_code == 204
    with pytest.raises(httpx.ConnectError):
        httpx.get("http://agency.example/vehicles.pb")


@pytest.mark.parametrize("spelt", ["no_proxy", "NO_PROXY"])
def test_what_was_excepted_from_the_proxy_stays_so_and_everything_else_goes_through_it(
    environment: pytest.MonkeyPatch, spelt: str
) -> None:
    environment.setenv("https_proxy", NOWHERE)
    environment.setenv(spelt, "agency.example, .bus.example")
    ask_it_without_proxy()
    ask_it_without_proxy()
    with httpx.Client() as client:
        kept = {key.pattern: transport for key, transport in client._mounts.items()}
    assert kept.pop("https://") is not None
    excepted = ("agency.example", "*.bus.example", "localhost", "127.0.0.1", "[::1]")
    assert set(kept) == {f"all://*{name}" if name == "agency.example" else f"all://{name}" for name in excepted}
    assert set(kept.values()) == {None}
