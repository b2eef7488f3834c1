"""Asks the public API from a terminal, under the partner's key."""

import os
from typing import Annotated, Any

import httpx
import typer

from runtime.errors import ServiceError, UserError

_TIMEOUT_S = 30.0
Url = Annotated[str, typer.Option("--url", envvar="HEADWAY_URL", help="Where the API is.")]
URL = "http://127.0.0.1:8000"


def call(url: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # type: ignore[explicit-any, unused-ignore]
    """An answer's JSON, or its text.

    Raises:
        UserError: no key is in HEADWAY_KEY, or the API refuses, with its problem's detail.
        ServiceError: it cannot be reached, or fails.
    """
    key = os.environ.get("HEADWAY_KEY", "")
    if not key:
        raise UserError("put the partner's key into HEADWAY_KEY: on the command line others could read it")
    try:
        answer = httpx.request(method, url + path, headers={"X-API-Key": key}, json=body, timeout=_TIMEOUT_S)
    except (httpx.HTTPError, httpx.InvalidURL) as failed:
        raise ServiceError(f"{url}: {str(failed) or type(failed).__name__}") from None
    if answer.is_success:
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text
    try:
        detail = str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    raise (ServiceError if answer.status_code >= 500 else UserError)(f"{answer.status_code}: {detail}")
