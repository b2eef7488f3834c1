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
    """An answer's JSON, or its text.

    Raises:
        UserError: no key is in HEADWAY_KEY, or the API refuses, with its problem's detail.
        ServiceError: it cannot be reached, or fails.
    """
    return _ask(url, method, path, json=body)


def send_file(url: str, path: str, content: bytes, media: str) -> Any:  # type: ignore[explicit-any, unused-ignore]
    """Put a file's content (of this media type) where the path says; the answer's JSON.

    Raises:
        UserError, ServiceError: as ``call``.
    """
    return _ask(url, "PUT", path, content=content, headers={"Content-Type": media})


def _ask(  # type: ignore[explicit-any, unused-ignore]
    url: str, method: str, path: str, *, headers: dict[str, str] | None = None, **sent: Any
) -> Any:
    key = os.environ.get("HEADWAY_KEY", "")
    if not key:
        raise UserError("put the partner's key into HEADWAY_KEY: on the command line others could read it")
    said = {"X-API-Key": key, **(headers or {})}
    try:
        answer = httpx.request(method, url + path, headers=said, timeout=_TIMEOUT_S, **sent)
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        raise ServiceError(f"{url}: {str(failed) or type(failed).__name__}") from None
    if answer.is_success:
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    raise (ServiceError if answer.status_code >= 500 else UserError)(f"{answer.status_code}: {detail}")
