"""A GTFS-realtime feed at a URL, with entity tags, as an operator serves it."""

import hashlib
import threading
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from runtime.errors import UserError

PATH = "/vehicle_positions.pb"
TRIP_UPDATES, ALERTS = "/trip_updates.pb", "/alerts.pb"
_PATHS = (PATH, TRIP_UPDATES, ALERTS)
_CONTENT_TYPE = "application/x-protobuf"


class Edition(NamedTuple):
    """One state of the feed as it is served."""

    content: bytes
    etag: str
    modified: str


def make_edition(content: bytes, at: int) -> Edition:
    """The edition of ``content`` published at the POSIX second ``at``; equal content has an equal tag."""
    return Edition(content, f'"{hashlib.sha256(content).hexdigest()[:24]}"', formatdate(at, usegmt=True))


class FeedServer:
    """Serves the newest edition from a thread of its own; port 0 takes any free port.

    Raises:
        UserError: the port is taken.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._editions: dict[str, Edition] = {}
        self._offers: dict[str, tuple[Callable[[], bytes], int]] = {}
        self._making = {path: threading.Lock() for path in _PATHS}
        try:
            self._server = _Server((host, port), self)
        except OSError as taken:
            raise UserError(f"port {port} on {host}: {taken.strerror}; choose another with --port") from None
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://{host}:{self._server.server_address[1]}{PATH}"

    def publish(self, content: bytes, at: int, path: str = PATH) -> None:
        """Serve ``content`` at ``path`` from now on."""
        self._editions[path] = make_edition(content, at)

    def offer(self, make: Callable[[], bytes], at: int, path: str) -> None:
        """Serve at ``path`` what ``make`` gives, which is called once, and only if somebody asks."""
        self._offers[path] = make, at

    def find_edition(self, path: str = PATH) -> Edition | None:
        """What is served there now; None before the first message, and where no feed is.

        Nobody waits for what is made at another path.
        """
        if path not in self._making:
            return None
        with self._making[path]:
            offered = self._offers.pop(path, None)
            if offered is not None:
                self.publish(offered[0](), offered[1], path)
        return self._editions.get(path)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], feed: FeedServer) -> None:
        self.feed = feed
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer with the newest edition, or with 304 to a client that has it."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """The same without its body."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        edition = self.server.feed.find_edition(path)
        if path not in _PATHS:
            self._send(HTTPStatus.NOT_FOUND, b"", None)
        elif edition is None:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, b"", None)
        elif self._has(edition):
            self._send(HTTPStatus.NOT_MODIFIED, b"", edition)
        else:
            self._send(HTTPStatus.OK, edition.content, edition, with_body=with_body)

    def _has(self, edition: Edition) -> bool:
        """Whether the request says that the client holds this edition; tags come before dates (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return edition.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        return self.headers.get("If-Modified-Since") == edition.modified

    def _send(self, status: HTTPStatus, content: bytes, edition: Edition | None, *, with_body: bool = True) -> None:
        self.send_response(status)
        if edition is not None:
            self.send_header("ETag", edition.etag)
            self.send_header("Last-Modified", edition.modified)
            self.send_header("Cache-Control", "no-cache")
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", _CONTENT_TYPE)
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if with_body and content:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: polls each few seconds are no news."""
