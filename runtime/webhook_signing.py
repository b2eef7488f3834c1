"""Signatures of webhooks after the Standard Webhooks specification (standardwebhooks.com), version 1.

A secret is ``whsec_`` and 32 bytes in base64. They are derived from the deployment's: no database holds them.
"""

import base64
import hmac
from hashlib import sha256
from typing import Final

from runtime.deployment_secret import webhook_secret
from schemas.webhooks import Webhook

PREFIX: Final = "whsec_"
OVERLAP_MS: Final = 86_400_000
"""After a rotation requests are signed with the older secret too for this long."""


def secret_text(deployment_secret: bytes, webhook_id: str, version: int) -> str:
    """A webhook's secret as its partner keeps it."""
    return PREFIX + base64.b64encode(webhook_secret(deployment_secret, webhook_id, version)).decode()


def sign(secret: bytes, delivery_id: str, timestamp_s: int, body: bytes) -> str:
    """``v1,<base64>``: HMAC-SHA256 over ``id.timestamp.body``."""
    signed = b".".join((delivery_id.encode(), b"%d" % timestamp_s, body))
    return "v1," + base64.b64encode(hmac.new(secret, signed, sha256).digest()).decode()


def signed_headers(
    deployment_secret: bytes, webhook: Webhook, delivery_id: str, timestamp_s: int, body: bytes
) -> dict[str, str]:
    """The three headers of an attempt; with two signatures for a day after the secret was rotated."""
    versions = [webhook.secret_version]
    if webhook.rotated_at_ms is not None and timestamp_s * 1000 < webhook.rotated_at_ms + OVERLAP_MS:
        versions.append(webhook.secret_version - 1)
    secrets = (webhook_secret(deployment_secret, webhook.id, version) for version in versions)
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(sign(secret, delivery_id, timestamp_s, body) for secret in secrets),
    }
