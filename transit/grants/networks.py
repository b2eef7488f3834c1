"""Networks from which a key or a grant may be used."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


def check_networks(written: Iterable[str]) -> tuple[str, ...]:
    """Networks as they are kept: ``192.0.2.0/24``, an address alone for itself.

    Raises:
        ValueError: one is no network; the message names it.
    """
    return tuple(str(_network(each)) for each in written)


@lru_cache(maxsize=65_536)
def is_within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address lies in one of the networks; none named: anywhere. What is no address lies in none."""
    if not networks:
        return True
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return any((mapped or found) in _network(each) for each in networks)


@lru_cache(maxsize=4096)
def _network(written: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(written.strip(), strict=False)
    except ValueError:
        raise ValueError(f"network {written!r}: write it as 192.0.2.0/24 or 2001:db8::/32") from None
