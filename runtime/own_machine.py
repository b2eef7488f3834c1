"""What runs on this machine is asked without a proxy, whatever proxy the environment names for the world outside."""

import os
from typing import Final
from urllib.request import getproxies_environment

_NAMES: Final = ("localhost", "127.0.0.1", "::1")


def ask_it_without_proxy() -> None:
    """Add this machine's own names to ``no_proxy`` where a proxy is set, for this process and those it starts.

    A proxy cannot reach the feeds, ports and stores that Headway opens on loopback, and many a laptop that sets one
    leaves ``no_proxy`` out.
    """
    named = getproxies_environment()
    excepted = named.pop("no", "")
    if not named:
        return
    words = [word.strip() for word in excepted.split(",") if word.strip()]
    words += [name for name in _NAMES if name not in words]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(words)
