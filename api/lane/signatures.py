"""Requests that carry a signature instead of a key: checked, and none let through twice on any replica."""

import time

import redis.asyncio as redis
from redis.exceptions import RedisError

from api.body_limit import Scope
from api.lane.keyring import KeyRing
from api.lane.seat import Seat
from api.problems import INVALID_SIGNATURE, KEYS_UNAVAILABLE, Problem
from runtime.deployment_secret import request_secret
from runtime.request_signing import WINDOW_S, is_signed_by, parse_signature, written_request
from schemas.store_keys import signed_nonce


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
