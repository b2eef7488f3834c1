"""Checking a script at an address: whatever answers there, a person reads one line."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import msgspec
import pytest

from headway.sandbox.check import see_script
from headway.sandbox.script import Sight, read_script
from runtime.errors import UserError

Serve = Callable[[bytes], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that answers everything with 200 and these bytes; its address."""
    servers: list[HTTPServer] = []

    def start(body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _check(url: str, key: str = "key") -> None:
    list(see_script(read_script("outage"), url, key))


@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b"[1, 2]", b'"outage"'])
def test_a_server_that_is_no_sandbox_is_said_to_be_none(serve: Serve, body: bytes) -> None:
    with pytest.raises(UserError, match="what answers is no sandbox; start one with headway sandbox run"):
        _check(serve(body))


def test_a_sandbox_of_another_script_is_named(serve: Serve) -> None:
    with pytest.raises(UserError, match="runs bunching, not outage"):
        _check(serve(b'{"script": "bunching"}'))


@pytest.mark.parametrize("url", ["http://127.0.0.1:abc", "http://[::1", "http://a\x00b"])
def test_an_address_that_is_none_is_said_with_how_to_write_one(url: str) -> None:
    with pytest.raises(UserError, match=r"no address: .*; write it as http://127.0.0.1:8000"):
        _check(url)


def test_an_address_where_nobody_listens_or_a_key_that_is_none_is_one_line_too() -> None:
    with pytest.raises(UserError, match="no sandbox answers"):
        _check("ftp://127.0.0.1")
    with pytest.raises(UserError, match="--key"):
        _check("http://127.0.0.1:9", "schlüssel")


def test_what_lists_scripts_loads_neither_the_api_nor_the_rules_of_tracking() -> None:
    listed = "from headway.__main__ import make_app; make_app(['sandbox']); import sys; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", listed], check=True, capture_output=True, text=True, timeout=120)
    assert not {"fastapi", "granian", "numba", "redis", "api"} & set(ended.stdout.split())


def test_an_answer_that_says_to_come_again_is_asked_for_again() -> None:
    script = msgspec.structs.replace(read_script("outage"), see=(Sight(at_s=0, get="/v1/feeds", that=("feeds",)),))
    bodies = [b'{"script": "outage"}', b"{}", b"{}", b'{"feeds": [1]}']
    statuses = [200, 200, 503, 200]
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            turn = len(asked)
            asked.append(self.path)
            self.send_response(statuses[turn])
            self.send_header("Content-Length", str(len(bodies[turn])))
            self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(bodies[turn])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        (seen,) = see_script(script, f"http://127.0.0.1:{server.server_address[1]}", "key")
    finally:
        server.shutdown()
        server.server_close()
    assert asked == ["/sandbox/reset", "/sandbox/at", "/v1/feeds", "/v1/feeds"]
    assert seen.wrong == ()
