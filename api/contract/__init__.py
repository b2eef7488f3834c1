"""The API's contract as it was published, by date: within one date it is only added to."""

from importlib import resources
from typing import Any, Final

import orjson

VERSION: Final = "2026-11-25"
"""The contract in force. What takes something away from partners needs a new one, and a new file beside this."""


def read_contract(version: str = VERSION) -> dict[str, Any]:
    """The description (OpenAPI 3.1) as it was when its date was published."""
    found: dict[str, Any] = orjson.loads(resources.files(__name__).joinpath(f"{version}.json").read_bytes())
    return found
