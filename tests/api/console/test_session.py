import pytest

from api.console.session import may_have_trial_key

OWN = {"host": "127.0.0.1:8000"}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "localhost"])
def test_this_machines_own_browser_gets_the_key(host: str) -> None:
    assert may_have_trial_key("127.0.0.1", {"host": host, "sec-fetch-site": "same-origin"})


@pytest.mark.parametrize(
    ("client", "headers"),
    [
        ("192.168.1.7", OWN),
        (None, OWN),
        ("127.0.0.1", {"host": "headway.example"}),
        ("127.0.0.1", {"host": "127.0.0.1.nip.example:8000"}),
        ("127.0.0.1", {}),
        ("127.0.0.1", {"host": "[::1"}),
        ("127.0.0.1", {"host": "localhost:8000@headway.example"}),
        ("127.0.0.1", {**OWN, "origin": "http://[::1"}),
        ("127.0.0.1", {**OWN, "origin": "https://evil.example"}),
        ("127.0.0.1", {**OWN, "origin": "http://127.0.0.1:9999"}),
        ("127.0.0.1", {**OWN, "origin": "null"}),
        ("127.0.0.1", {**OWN, "sec-fetch-site": "cross-site"}),
        ("127.0.0.1", {**OWN, "sec-fetch-site": "same-site"}),
        ("127.0.0.1", {**OWN, "x-forwarded-for": "8.8.8.8"}),
        ("127.0.0.1", {**OWN, "forwarded": "for=8.8.8.8"}),
    ],
)
def test_nobody_else_gets_it(client: str | None, headers: dict[str, str]) -> None:
    assert not may_have_trial_key(client, headers)
