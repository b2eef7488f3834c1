"""Signed requests: ``Authorization: Headway-HMAC <key id>:<POSIX s>:<nonce>:<signature>``.

The signature is HMAC-SHA256, in lower hexadecimal, of five lines joined by newlines: method, path with query as sent,
time, nonce, SHA-256 of the body in lower hexadecimal (of nothing where there is none).
"""

import hmac
import re
import secrets
import time
from hashlib import sha256
from typing import Final, NamedTuple

SCHEME: Final = b"Headway-HMAC "
WINDOW_S: Final = 300
"""A signature's time may be this far from ours; its nonce is remembered for as long."""

_FORM: Final = re.compile(rb"([0-9A-Za-z]{10}):([0-9]{1,12}):([A-Za-z0-9_-]{16,64}):([0-9a-f]{64})", re.ASCII)


class Signature(NamedTuple):
    """A signature as it was sent."""

    key_id: str
    at: int
    nonce: str
    mac: bytes


def parse_signature(header: bytes) -> Signature | None:
    """The signature in an ``Authorization`` header of this scheme; ``None`` where it is none."""
    form = _FORM.fullmatch(header[len(SCHEME) :].strip())
    return (
        None
        if form is None
        else Signature(form[1].decode(), int(form[2]), form[3].decode(), bytes.fromhex(form[4].decode()))
    )


def is_signed_by(signature: Signature, secret: bytes, request: tuple[bytes, bytes]) -> bool:
    """Whether the signature is this secret's; ``request`` is what ``written_request`` gives."""
    return hmac.compare_digest(signature.mac, _mac(secret, request, signature.at, signature.nonce))


def written_request(method: str, target: bytes, body: bytes) -> tuple[bytes, bytes]:
    """The lines before and after time and nonce."""
    return method.encode() + b"\n" + target, sha256(body).hexdigest().encode()


def sign_request(
    secret: bytes, key_id: str, *, method: str, target: str, body: bytes = b"", at: int | None = None, nonce: str = ""
) -> str:
    """The ``Authorization`` header of a request, for whoever asks."""
    when, once = int(time.time()) if at is None else at, nonce or secrets.token_urlsafe(18)
    mac = _mac(secret, written_request(method, target.encode(), body), when, once)
    return f"{SCHEME.decode()}{key_id}:{when}:{once}:{mac.hex()}"


def _mac(secret: bytes, request: tuple[bytes, bytes], at: int, nonce: str) -> bytes:
    asked, body = request
    return hmac.new(secret, b"\n".join((asked, b"%d" % at, nonce.encode(), body)), sha256).digest()
