"""A signed request's body is read before the request is answered, as far as what it asks may be large."""

from collections.abc import MutableMapping
from typing import Any

import pytest

from api.body_limit import BODY_BYTES_MAX, read_body
from api.crosswalks.upload_size import UPLOAD_BYTES_MAX
from api.problems import BODY_TOO_LARGE

UPLOAD = "/v1/me/crosswalks/town/stops"


@pytest.mark.parametrize(
    ("method", "path", "size", "is_read"),
    [
        ("POST", "/v1/webhooks", BODY_BYTES_MAX, True),
        ("POST", "/v1/webhooks", BODY_BYTES_MAX + 1, False),
        ("PUT", UPLOAD, UPLOAD_BYTES_MAX, True),
        ("PUT", UPLOAD, UPLOAD_BYTES_MAX + 1, False),
        ("POST", f"{UPLOAD}/decisions", BODY_BYTES_MAX + 1, False),
    ],
)
async def test_an_upload_of_own_ids_may_be_as_large_signed_as_with_a_key(
    method: str, path: str, size: int, is_read: bool
) -> None:
    pieces = [b"x" * (size - 10), b"y" * 10]

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    found = await read_body(receive, {"method": method, "path": path})
    assert found == (b"x" * (size - 10) + b"y" * 10 if is_read else BODY_TOO_LARGE)
