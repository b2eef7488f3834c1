"""Partners, keys and plans as a person reads them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from rich.markup import escape
from rich.table import Column, Table

from runtime.ledger.keys import ApiKey
from runtime.ledger.plans import Plan

_WHOLE: Final = ("seq", "at")
"""Columns that are never broken over two rows."""


def key_state(key: ApiKey, now: int) -> str:
    """``live``, ``revoked`` or ``expired`` at ``now`` (POSIX s)."""
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "live"


def partners_table(partners: Iterable[dict[str, Any]]) -> Table:
    """Partners, one a row."""
    since = (Column("since", no_wrap=True), Column("suspended", no_wrap=True))
    table = Table("partner", Column("id", overflow="fold"), "plan", *since, "contact", box=None)
    for each in partners:
        begun, suspended = _shown(each["created_at"]), _shown(each["suspended_at"])
        table.add_row(each["name"], each["id"], each["plan"], begun, suspended, each["contact"])
    return table


def keys_table(partners: Iterable[dict[str, Any]]) -> Table:
    """Keys, one a row, under their partner's name."""
    table = Table("key", "partner", "state", "issued", "expires", "last used", box=None)
    for partner in partners:
        for key in partner["keys"]:
            times = (_shown(key[name]) for name in ("created_at", "expires_at", "last_used_at"))
            table.add_row(key["id"], partner["name"], key["state"], *times)
    return table


def plans_table(plans: Iterable[Plan]) -> Table:
    """Plans, one a row."""
    table = Table("plan", "a second", "at once", "a day", "a month", "weights", box=None)
    for plan in plans:
        weights = ", ".join(f"{kind}={tokens}" for kind, tokens in sorted(plan.weights.items()))
        figures = (f"{plan.burst_per_s:g}", f"{plan.burst_size:,}", f"{plan.per_day:,}", f"{plan.per_month:,}")
        table.add_row(plan.name, *figures, weights)
    return table


def _shown(at: int | None) -> str:
    return "-" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%MZ")


def plain_table(columns: str, rows: Iterable[Sequence[object]]) -> Table:
    """A table of these columns (names in one string); nothing is shown as a dash, lists with commas."""
    names = columns.split()
    # nothing is cut off: an id must be there whole, to be copied
    heads = (Column(name, no_wrap=name in _WHOLE, overflow="fold") for name in names)
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(escape(written(value, name)) for name, value in zip(names, row, strict=True)))
    return table


def written(value: object, name: str = "") -> str:
    """A value as a person reads it: POSIX seconds under a name such as ``at`` or ``expires_at`` are a moment (UTC)."""
    if value is None or value == "":
        return "-"
    if isinstance(value, int) and name.endswith("at_ms"):
        return _shown(value // 1000)
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return _shown(value)
    if isinstance(value, dict):
        members = (f"{key}={f'({told})' if isinstance(each, dict) else told}" for key, each, told in _members(value))
        return ", ".join(members) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(written(each) for each in value) or "-"
    return str(value)


def _members(fields: dict[str, object]) -> list[tuple[str, object, str]]:
    return [(key, each, written(each, key)) for key, each in fields.items()]
