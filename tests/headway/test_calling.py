"""Asking the API from a terminal: what else may answer at the address is one clear line."""

from collections.abc import Callable

import httpx
import pytest

from headway.calling import call, fetch_text
from runtime.errors import ServiceError, UserError

URL = "http://api.example"
Answering = Callable[[httpx.Response | Exception], list[str]]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Lets an answer come to whatever is asked; what is asked is noted in the list."""
    monkeypatch.setenv("HEADWAY_KEY", "hw_live_a_b")

    def answer(answered: httpx.Response | Exception) -> list[str]:
        asked: list[str] = []

        def request(_method: str, url: str, **_said: object) -> httpx.Response:
            asked.append(url)
            if isinstance(answered, Exception):
                raise answered
            return answered

        monkeypatch.setattr(httpx, "request", request)
        return asked

    return answer


@pytest.mark.parametrize(
    "answered",
    [
        httpx.Response(200, html="<h1>It works</h1>"),
        httpx.Response(200, text="OK"),
        httpx.Response(200, content=b"{", headers={"content-type": "application/json"}),
    ],
)
def test_another_server_at_the_address_is_named_as_one(answering: Answering, answered: httpx.Response) -> None:
    answering(answered)
    with pytest.raises(UserError, match=r"--url http://api\.example: what answers there .* is not Headway's API"):
        call(URL, "GET", "/v1/me")


def test_no_page_of_another_server_is_kept_as_an_audit(answering: Answering) -> None:
    answering(httpx.Response(200, html="<h1>It works</h1>"))
    with pytest.raises(UserError, match="not Headway's API"):
        fetch_text(URL, "/v1/audit/extract", "text/plain")


def test_an_address_may_end_in_a_slash(answering: Answering) -> None:
    asked = answering(httpx.Response(200, json={"open": []}))
    assert call(URL + "/", "GET", "/v1/me") == {"open": []}
    assert asked == ["http://api.example/v1/me"]


def test_an_address_that_is_none_is_the_callers_mistake_and_a_server_that_is_away_is_not(answering: Answering) -> None:
    answering(httpx.UnsupportedProtocol("Request URL is missing an 'http://' or 'https://' protocol."))
    with pytest.raises(UserError, match="--url garbage"):
        call("garbage", "GET", "/v1/me")
    answering(httpx.ConnectError("refused"))
    with pytest.raises(ServiceError, match="refused"):
        call(URL, "GET", "/v1/me")


@pytest.mark.parametrize("key", ["日本", "hw_live_a\n", "a\x00b"])
def test_a_key_that_cannot_be_sent_is_refused(answering: Answering, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    asked = answering(httpx.Response(200, json={}))
    with monkeypatch.context() as said:
        said.setattr("os.environ", {"HEADWAY_KEY": key})
        with pytest.raises(UserError, match="HEADWAY_KEY holds what no key has"):
            call(URL, "GET", "/v1/me")
    assert asked == []
