"""A prefix that keeps one whole service (a replay, a test) apart from another on the same broker and store."""

import re
from typing import Final

from schemas.topics import Topic

LIVE: Final = ""
"""The namespace of the live service: no prefix at all."""

_NAMESPACE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def check_namespace(namespace: str) -> str:
    """Return ``namespace`` if it can stand in topic names and store keys.

    Raises:
        ValueError: it is neither empty nor lower-case letters, digits and dashes, 40 at most.
    """
    if namespace and not _NAMESPACE.fullmatch(namespace):
        raise ValueError(f"namespace {namespace!r}: use lower-case letters, digits and dashes, 40 at most")
    return namespace


def topic_name(topic: Topic, namespace: str = LIVE) -> str:
    """The name under which the broker knows ``topic`` in ``namespace``."""
    return f"{namespace}.{topic.name}" if namespace else topic.name


def scoped(name: str, namespace: str = LIVE) -> str:
    """A consumer group's, application's or store key's name in ``namespace``."""
    return f"{namespace}:{name}" if namespace else name


def replay_namespace(replay: str, round_: int, service: str = LIVE) -> str:
    """The namespace of a replay's ``round_``-th run beside the service of namespace ``service``."""
    return check_namespace(f"{replay_prefix(service)}{replay}-{round_}")


def replay_prefix(service: str = LIVE) -> str:
    """What the namespaces of all replays beside a service begin with, and no other's do."""
    return f"{service}-r-" if service else "r-"
