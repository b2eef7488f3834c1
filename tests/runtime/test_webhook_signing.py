"""Signatures as any library of Standard Webhooks verifies them."""

import base64
import hmac
from hashlib import sha256

from runtime.webhook_signing import OVERLAP_MS, secret_text, sign, signed_headers
from schemas.webhooks import Webhook, WebhookEvent

DEPLOYMENT = b"x" * 32


def test_a_signature_is_that_of_the_specifications_example() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    told = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert told == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_partner_verifies_with_the_secret_it_was_told_and_with_the_old_one_for_a_day() -> None:
    webhook = Webhook(
        id="w", partner_id="p", url="https://a.example", event=WebhookEvent.LINE_DISRUPTED, secret_version=2,
        rotated_at_ms=1_000_000_000_000,
    )  # fmt: skip

    def verified(at_s: int) -> list[int]:
        headers = signed_headers(DEPLOYMENT, webhook, "evt_1", at_s, b"{}")
        signatures = headers["webhook-signature"].split()
        found = []
        for version in (1, 2):
            key = base64.b64decode(secret_text(DEPLOYMENT, "w", version).removeprefix("whsec_"))
            expected = hmac.new(key, f"evt_1.{at_s}.{{}}".encode(), sha256).digest()
            if f"v1,{base64.b64encode(expected).decode()}" in signatures:
                found.append(version)
        return found

    assert verified(1_000_000_000) == [1, 2]
    assert verified(1_000_000_000 + OVERLAP_MS // 1000) == [2]
