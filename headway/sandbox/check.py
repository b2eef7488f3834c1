"""Step a sandbox through its script and see whether the API tells what the script says it must."""

import time
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final, NamedTuple

import httpx
import jmespath
import orjson
from jmespath.exceptions import JMESPathError

from headway.sandbox.script import Script, Sight
from runtime.errors import UserError

TIMEOUT_S: Final = 120.0
AGAIN_MAX: Final = 10
AGAIN_S_MAX: Final = 10.0
_COME_AGAIN: Final = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
_SHOWN: Final = 400


class Seen(NamedTuple):
    """What an answer showed: nothing in ``wrong`` where all was as it must be; ``digest`` is of the body's bytes."""

    sight: Sight
    wrong: tuple[str, ...]
    digest: str
    body: bytes


def see_script(script: Script, url: str, key: str) -> Iterator[Seen]:
    """Start the script anew at ``url`` and see each sight in the order of its time.

    Raises:
        UserError: no sandbox answers there, or it runs another script.
    """
    if not key.isascii():
        raise UserError("--key: a key has letters, digits and _ alone")
    try:
        with httpx.Client(base_url=url, timeout=TIMEOUT_S, headers={"X-API-Key": key}) as client:
            yield from _see(script, client)
    except httpx.InvalidURL as wrong:
        raise UserError(f"{url}: no address: {wrong}; write it as http://127.0.0.1:8000") from None
    except httpx.HTTPError as failed:
        raise UserError(f"{url}: no sandbox answers: {failed}; start one with headway sandbox run") from None


def _see(script: Script, client: httpx.Client) -> Iterator[Seen]:
    started = client.post("/sandbox/reset")
    running = _name_running(started) if started.is_success else None
    if running != script.name:
        raise UserError(f"{client.base_url}: the sandbox there runs {running or 'nothing'}, not {script.name}")
    for sight in sorted(script.see, key=lambda each: each.at_s):
        client.post("/sandbox/at", json={"s": sight.at_s}).raise_for_status()
        answered = _get(client, sight)
        digest = blake2b(answered.content, digest_size=8).hexdigest()
        yield Seen(sight, tuple(_list_wrong(sight, answered)), digest, answered.content)


def _get(client: httpx.Client, sight: Sight) -> httpx.Response:
    """The answer; one that says to come again is asked for again, as an app would: a pipeline's machine is busy."""
    for _ in range(AGAIN_MAX):
        answered = client.get(sight.get)
        if answered.status_code not in _COME_AGAIN or answered.status_code == sight.status:
            break
        time.sleep(min(_retry_after_s(answered), AGAIN_S_MAX))
    return answered


def _retry_after_s(answered: httpx.Response) -> float:
    written = answered.headers.get("retry-after", "")
    return float(written) if written.isdecimal() else 1.0


def _name_running(started: httpx.Response) -> object:
    """The script that a sandbox says it runs.

    Raises:
        UserError: what answers is no sandbox.
    """
    try:
        told = orjson.loads(started.content)
    except orjson.JSONDecodeError:
        told = None
    if not isinstance(told, dict):
        raise UserError(f"{started.url}: what answers is no sandbox; start one with headway sandbox run")
    return told.get("script")


def _list_wrong(sight: Sight, answered: httpx.Response) -> Iterator[str]:
    if answered.status_code != sight.status:
        yield f"status {answered.status_code}, not {sight.status}: {answered.text[:_SHOWN]}"
        return
    if not sight.that:
        return
    try:
        body = orjson.loads(answered.content)
    except orjson.JSONDecodeError:
        yield f"the answer is no JSON: {answered.content[:80]!r}"
        return
    for expression in sight.that:
        try:
            found = jmespath.search(expression, body)
        except JMESPathError as wrong:
            yield f"{expression}: {str(wrong).splitlines()[0]}"
            continue
        if found is None or found is False or (isinstance(found, str | list | dict) and not found):
            yield f"{expression}: {orjson.dumps(found).decode()}"
