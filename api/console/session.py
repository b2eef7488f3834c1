"""Whether a browser may have the trial key without being asked: only on this machine, only for the page itself."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def may_have_trial_key(client_host: str | None, headers: Mapping[str, str]) -> bool:
    """Whether the request comes from this machine's own browser, opened at this machine's own address.

    A page of another origin is refused (its script would read the key), and so are a name that merely resolves to this
    machine (DNS rebinding) and a request that a proxy passed on.
    """
    if client_host is None or not _is_loopback(client_host) or any(name in headers for name in _FORWARDED):
        return False
    host = headers.get("host", "")
    if not _is_loopback(_hostname(host)):
        return False
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return False
    return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
