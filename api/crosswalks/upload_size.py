"""How large an upload of own ids may be."""

from typing import Final

UPLOAD_BYTES_MAX: Final = 4 * 1024 * 1024

_PATH: Final = "/v1/me/crosswalks/"


def is_upload(method: str, path: str) -> bool:
    """Whether a request puts own ids."""
    return method == "PUT" and path.startswith(_PATH)
