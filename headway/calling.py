"""Asks the public API from a terminal, under the partner's key."""

import os
from typing import Annotated, Any

import httpx
import typer

from runtime.errors import ServiceError, UserError

_TIMEOUT_S = 70.0
"""An upload of own ids is matched within a minute."""

Url = Annotated[str, typer.Option("--url", envvar="HEADWAY_URL", help="Where the API is.")]
URL = "http://127.0.0.1:8000"


def call(url: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # type: ignore[explicit-any, unused-ignore]
    """An answer's JSON; ``None`` where there is nothing to say.

    Raises:
        UserError: no key is in HEADWAY_KEY, the API refuses, with its problem's detail, or something else answers.
        ServiceError: it cannot be reached, or fails.
    """
    return _read_json(url, _ask(url, method, path, json=body))


def send_file(url: str, path: str, content: bytes, media: str) -> Any:  # type: ignore[explicit-any, unused-ignore]
    """Put a file's content (of this media type) where the path says; the answer's JSON.

    Raises:
        UserError, ServiceError: as ``call``.
    """
    return _read_json(url, _ask(url, "PUT", path, content=content, headers={"Content-Type": media}))


def fetch_text(url: str, path: str, media: str) -> str:
    """A file of this media type, as text.

    Raises:
        UserError, ServiceError: as ``call``.
    """
    answer = _ask(url, "GET", path)
    if _media_of(answer) != media:
        raise _stranger(url, answer)
    return answer.text


def _ask(  # type: ignore[explicit-any, unused-ignore]
    url: str, method: str, path: str, *, headers: dict[str, str] | None = None, **sent: Any
) -> httpx.Response:
    key = os.environ.get("HEADWAY_KEY", "")
    if not key:
        raise UserError("put the partner's key into HEADWAY_KEY: on the command line others could read it")
    if not (key.isascii() and key.isprintable()):
        raise UserError("HEADWAY_KEY holds what no key has: letters, digits and _ alone, as it was printed")
    said = {"X-API-Key": key, **(headers or {})}
    try:
        answer = httpx.request(method, url.rstrip("/") + path, headers=said, timeout=_TIMEOUT_S, **sent)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as wrong:
        raise UserError(f"--url {url}: {wrong}") from None
    except httpx.HTTPError as failed:
        raise ServiceError(f"{url}: {str(failed) or type(failed).__name__}") from None
    if answer.is_success:
        return answer
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = " ".join(answer.text[:200].split()) or answer.reason_phrase
    raise (ServiceError if answer.status_code >= 500 else UserError)(f"{answer.status_code}: {detail}")


def _read_json(url: str, answer: httpx.Response) -> Any:  # type: ignore[explicit-any, unused-ignore]
    if not answer.content:
        return None
    if _media_of(answer) != "application/json":
        raise _stranger(url, answer)
    try:
        return answer.json()
    except ValueError:
        raise _stranger(url, answer) from None


def _media_of(answer: httpx.Response) -> str:
    return str(answer.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _stranger(url: str, answer: httpx.Response) -> UserError:
    return UserError(f"--url {url}: what answers there ({_media_of(answer) or 'no media type'}) is not Headway's API")
