"""The operator's overrides: written by staff, in the record of decisions, ended by themselves."""

import time
from typing import Final

from sqlalchemy import JSON, String, Text, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from runtime.errors import UserError
from runtime.ledger.changes import Change, record_change
from runtime.ledger.key_format import random_text
from runtime.ledger.models import ID_LENGTH, Base, Count
from schemas.overrides import Override, OverrideKind

LASTS_S_MAX: Final = 400 * 86_400
TEXT_MAX: Final = 1000
STOPS_MAX: Final = 200
KEPT_S: Final = 3600
"""An override that is over is still read for this long: streams are resumed from before its end."""

_ID_CHARACTERS: Final = 12
_COLUMNS: Final = tuple(name for name in Override.__struct_fields__ if name != "direction_id")


class OverrideRow(Base):
    """One override. Never altered but to be ended."""

    __tablename__ = "overrides"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    line: Mapped[str] = mapped_column(String(300), default="")
    run: Mapped[str] = mapped_column(String(400), default="")
    stops: Mapped[list[str]] = mapped_column(JSON, default=list)
    vehicle: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[int] = mapped_column(Count)
    ends_at: Mapped[int] = mapped_column(Count, index=True)
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_zh: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(120))
    made_at_ms: Mapped[int] = mapped_column(Count)
    ended_at_ms: Mapped[int | None] = mapped_column(Count, default=None)


def override_of(row: OverrideRow) -> Override:
    """A row's override."""
    fields = {name: getattr(row, name) for name in _COLUMNS}
    return Override(**fields | {"kind": OverrideKind(row.kind), "stops": tuple(row.stops)})


def check_override(override: Override) -> Override:
    """The override, if it names what its kind needs and lasts a sensible time.

    Raises:
        UserError: it does not; the message says what is missing.
    """
    kind, lasts_s = override.kind, override.ends_at - override.starts_at
    needs = {
        OverrideKind.CANCEL_RUN: ("run", bool(override.run)),
        OverrideKind.CANCEL_LINE: ("line", bool(override.line)),
        OverrideKind.DELAYS: ("line or run", bool(override.line or override.run)),
        OverrideKind.SKIP_STOP: ("stop and a line or run", bool(override.stops and (override.line or override.run))),
        OverrideKind.CLOSE_STOP: ("stop", bool(override.stops)),
        OverrideKind.DETOUR: ("line and the stops it drives around", bool(override.line and override.stops)),
        OverrideKind.RESTRICT_ENTRY: ("stop", bool(override.stops)),
        OverrideKind.WITHHOLD: ("line, stop or vehicle", bool(override.line or override.stops or override.vehicle)),
    }
    what, is_named = needs[kind]
    if not is_named:
        raise UserError(f"override {kind}: name the {what} that is meant")
    named = [override.line, override.run, override.vehicle, *override.stops]
    bare = [each for each in named if each and not all(each.partition(":"))]
    if bare:
        raise UserError(f"override {kind}: {bare[0]!r} is no public id; write it as answers do, such as city:101")
    if not 0 < lasts_s <= LASTS_S_MAX:
        raise UserError(f"override {kind}: it must end after it starts, and within {LASTS_S_MAX // 86_400} days")
    if len(override.stops) > STOPS_MAX or max(len(override.text_en), len(override.text_zh)) > TEXT_MAX:
        raise UserError(f"override {kind}: {STOPS_MAX} stops and texts of {TEXT_MAX} characters at most")
    return override


async def add_override(session: AsyncSession, override: Override, *, actor: str) -> Override:
    """Put an override in force for its time; it gets its id here.

    Raises:
        UserError: it does not name what its kind needs.
    """
    check_override(override)
    made = {"id": random_text(_ID_CHARACTERS), "actor": actor, "made_at_ms": time.time_ns() // 1_000_000}
    row = OverrideRow(**{name: getattr(override, name) for name in _COLUMNS} | made)
    row.stops = list(override.stops)
    session.add(row)
    found = override_of(row)
    detail = {name: value for name, value in _plain(found).items() if value not in ("", (), None)}
    record_change(session, Change(actor, "override_added", None, detail))
    return found


async def end_override(session: AsyncSession, override_id: str, *, actor: str) -> Override:
    """End an override now. Ending it again changes nothing.

    Raises:
        UserError: there is no such override.
    """
    row = await session.get(OverrideRow, override_id)
    if row is None:
        raise UserError(f"there is no override {override_id}: headway override list shows them")
    if row.ended_at_ms is None:
        row.ended_at_ms = time.time_ns() // 1_000_000
        record_change(session, Change(actor, "override_ended", None, {"id": override_id}))
    return override_of(row)


async def list_overrides(session: AsyncSession, *, ended_after: float) -> list[Override]:
    """Overrides that hold, will hold, or ended after a moment (POSIX s); oldest first."""
    is_live = OverrideRow.ended_at_ms.is_(None) | or_(OverrideRow.ended_at_ms > int(ended_after * 1000))
    query = select(OverrideRow).where(OverrideRow.ends_at > int(ended_after), is_live)
    return [override_of(row) for row in await session.scalars(query.order_by(OverrideRow.made_at_ms, OverrideRow.id))]


def _plain(override: Override) -> dict[str, object]:
    return {name: getattr(override, name) for name in Override.__struct_fields__}
