"""One secret of the deployment, and keys derived from it: the audit's signing key, partners' request-signing secrets.

From ``HEADWAY_DEPLOYMENT_SECRET``, or a file in the data folder that only its owner may read, made when first needed.
"""

import hmac
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from runtime.errors import UserError
from runtime.settings import Settings

FILE: Final = "deployment.secret"
SECRET_CHARACTERS_MIN: Final = 32
_AUDIT: Final = b"headway audit head"
_REQUESTS: Final = b"headway request signing "
_WEBHOOKS: Final = b"headway webhook "


class AuditSigner:
    """Signs the audit's heads (Ed25519)."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_hex = key.public_key().public_bytes_raw().hex()

    def sign(self, text: bytes) -> str:
        """The signature of a text, in hexadecimal."""
        return self._key.sign(text).hex()


def audit_signer(settings: Settings) -> AuditSigner:
    """The deployment's signer.

    Raises:
        UserError: the secret is too short, or its file cannot be read or made.
    """
    return AuditSigner(Ed25519PrivateKey.from_private_bytes(_derive(read_secret(settings), _AUDIT)))


def request_secret(secret: bytes, key_id: str) -> bytes:
    """The secret with which a partner signs requests under a key: derived, so that no database holds it."""
    return _derive(secret, _REQUESTS + key_id.encode())


def webhook_secret(secret: bytes, webhook_id: str, version: int) -> bytes:
    """The secret with which requests to a webhook are signed: 32 bytes, derived, so that no database holds it."""
    return _derive(secret, _WEBHOOKS + f"{webhook_id} {version}".encode())


def is_signature(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Whether a signature of a text is a public key's (Ed25519)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_secret(settings: Settings) -> bytes:
    """The deployment's secret.

    Raises:
        UserError: it is too short, or its file cannot be read or made.
    """
    if settings.deployment_secret:
        if len(settings.deployment_secret) < SECRET_CHARACTERS_MIN:
            raise UserError(f"HEADWAY_DEPLOYMENT_SECRET: use {SECRET_CHARACTERS_MIN} characters or more, at random")
        return settings.deployment_secret.encode()
    return _read_file(settings.data_folder / FILE)


@lru_cache(maxsize=8)
def _read_file(path: Path) -> bytes:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32) + "\n")
        except FileExistsError:
            pass
        text = path.read_text().strip()
    except OSError as failed:
        raise UserError(f"the deployment's secret {path}: {failed.strerror}") from None
    if len(text) < SECRET_CHARACTERS_MIN:
        raise UserError(f"the deployment's secret {path} is cut short: put it back from a backup, or remove it")
    return text.encode()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, purpose, sha256).digest()
