"""Where a request comes from: the connection's other end, or what a trusted balancer says of it."""

from collections.abc import MutableMapping
from typing import Any

from transit.grants.networks import is_within


def client_address(scope: MutableMapping[str, Any], trusted: tuple[str, ...]) -> str:
    """The client's address; empty where the server does not know.

    Of ``X-Forwarded-For`` only the last address counts that no trusted balancer wrote about another such balancer: what
    stands before it anybody may have made up.
    """
    client = scope.get("client")
    address = str(client[0]) if client else ""
    if not trusted or not is_within(address, trusted):
        return address
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    told = b",".join(forwarded).decode("latin-1").split(",") if forwarded else []
    for each in reversed([part.strip() for part in told]):
        address = each
        if not is_within(each, trusted):
            break
    return address
