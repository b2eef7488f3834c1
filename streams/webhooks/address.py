"""Where a webhook may be sent: an address is resolved once, checked, and connected to as checked.

A name that means another address at the next look (DNS rebinding) gains nothing: nobody looks again.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from typing import Final, NamedTuple

import httpx

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

RESOLVE_S: Final = 5.0
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64: Final = ipaddress.IPv6Network("64:ff9b:1::/48")


REFUSED: Final = "the address cannot be resolved, or is inside a private network"
"""What a partner is told: names of the inside cannot be told from names that there are not."""


class AddressRefusedError(Exception):
    """A webhook's address leads where none may be sent. ``why`` names hosts and addresses: it is for our log alone."""

    def __init__(self, told: str, why: str = "") -> None:
        super().__init__(told)
        self.why = why or told


class Target(NamedTuple):
    """A checked address: the URL with the IP address in place of the name, and the name for TLS and ``Host``.

    Names stand in ASCII, as IDNA writes those that are not.
    """

    url: str
    host: str
    authority: str


def read_networks(written: Sequence[str]) -> tuple[IpNetwork, ...]:
    """Networks inside that may be reached.

    Raises:
        ValueError: one is no network.
    """
    return tuple(ipaddress.ip_network(each) for each in written)


async def find_target(url: str, allowed: Sequence[IpNetwork]) -> Target:
    """Resolve a webhook's address and check every address it has.

    Raises:
        AddressRefusedError: it cannot be resolved, or any of its addresses lies inside a private network.
    """
    try:
        parts = httpx.URL(url)
        host = parts.raw_host.decode("ascii")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        async with asyncio.timeout(RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError, httpx.InvalidURL) as failed:
        raise AddressRefusedError(REFUSED, f"{url} cannot be resolved: {type(failed).__name__}") from None
    addresses = [ipaddress.ip_address(entry[4][0]) for entry in found]
    if not addresses:
        raise AddressRefusedError(REFUSED, f"{host} has no address")
    for address in addresses:
        if not any(address in network for network in allowed) and not is_public(address):
            raise AddressRefusedError(REFUSED, f"{host} leads to {address}, which is inside a private network")
    chosen = addresses[0]
    if parts.scheme != "https" and not any(chosen in network for network in allowed):
        raise AddressRefusedError("webhooks go by https")
    literal = f"[{chosen}]" if chosen.version == 6 else str(chosen)
    path = parts.raw_path.decode("ascii")
    return Target(f"{parts.scheme}://{literal}:{port}{path}", host, parts.netloc.decode("ascii"))


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the open internet, also where an IPv6 address wraps an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped is None and address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
        if address in _LOCAL_NAT64:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
