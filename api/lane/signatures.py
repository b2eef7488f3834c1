"""Requests that carry a signature instead of a key: checked, and none let through twice on any replica."""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import redis.asyncio as redis
from redis.exceptions import RedisError

from api.crosswalks.upload_size import UPLOAD_BYTES_MAX, is_upload
from api.lane.keyring import KeyRing
from api.lane.seat import Seat
from api.problems import BODY_TOO_LARGE, INVALID_SIGNATURE, KEYS_UNAVAILABLE, Problem
from runtime.deployment_secret import request_secret
from runtime.request_signing import WINDOW_S, is_signed_by, parse_signature, written_request
from schemas.store_keys import signed_nonce

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

BODY_BYTES_MAX: Final = 64 * 1024


class Signatures:
    """Checks signed requests. A nonce is remembered in the store; while that is away no signed request is answered."""

    def __init__(self, ring: KeyRing, store: redis.Redis, *, namespace: str, secret: bytes) -> None:
        self._ring = ring
        self._store = store
        self._namespace = namespace
        self._secret = secret

    async def find_seat(self, header: bytes, scope: Scope, body: bytes) -> Seat | Problem:
        """The seat of the key that signed the request, or why it has none."""
        signature = parse_signature(header)
        if signature is None or abs(time.time() - signature.at) > WINDOW_S:
            return INVALID_SIGNATURE
        query = scope["query_string"]
        target = (scope.get("raw_path") or scope["path"].encode()) + (b"?" + query if query else b"")
        request = written_request(scope["method"], target, body)
        if not is_signed_by(signature, request_secret(self._secret, signature.key_id), request):
            return INVALID_SIGNATURE
        seat = await self._ring.look_up_id(signature.key_id)
        if isinstance(seat, Problem):
            return seat
        key = signed_nonce(signature.key_id, signature.nonce, self._namespace)
        try:
            first = await self._store.set(key, b"", nx=True, ex=2 * WINDOW_S)
        except (RedisError, OSError):
            return KEYS_UNAVAILABLE
        return seat if first else INVALID_SIGNATURE


async def read_body(receive: Receive, scope: Scope) -> bytes | Problem:
    """A request's whole body, where it is not too large for what it asks."""
    most = UPLOAD_BYTES_MAX if is_upload(scope["method"], scope["path"]) else BODY_BYTES_MAX
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return BODY_TOO_LARGE
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)


def given_again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, for the application to read."""
    told = False

    async def receive_again() -> MutableMapping[str, Any]:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
