"""The tables of the audit, of staff and of what waits for a second pair of eyes."""

from typing import Any

from sqlalchemy import JSON, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.ledger.models import ID_LENGTH, Base, Count


class AuditEntryRow(Base):
    """One link of the chain. ``body`` is the very text that was hashed; the other columns are for searching it."""

    __tablename__ = "audit_entries"

    seq: Mapped[int] = mapped_column(Count, primary_key=True, autoincrement=False)
    at: Mapped[int] = mapped_column(Count, index=True)
    action: Mapped[str] = mapped_column(String(40), index=True)
    partner_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    body: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """One row: the last link. Whoever appends holds its lock."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    seq: Mapped[int] = mapped_column(Count)
    hash: Mapped[str] = mapped_column(String(64))


class StaffRow(Base):
    """One of the staff. ``hash`` is Argon2id of the password."""

    __tablename__ = "staff"

    login: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[int] = mapped_column(Count)
    disabled_at: Mapped[int | None] = mapped_column(Count, default=None)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    locked_until: Mapped[int | None] = mapped_column(Count, default=None)


class StaffSessionRow(Base):
    """A login in force; of its token only the SHA-256 is kept."""

    __tablename__ = "staff_sessions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[int] = mapped_column(Count)
    expires_at: Mapped[int] = mapped_column(Count, index=True)


class PendingActRow(Base):
    """A dangerous act that one of the staff asked for and another must confirm."""

    __tablename__ = "pending_acts"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    act: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_by: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[int] = mapped_column(Count)
    decided_by: Mapped[str | None] = mapped_column(String(64), default=None)
    decided_at: Mapped[int | None] = mapped_column(Count, default=None)
    state: Mapped[str] = mapped_column(String(16), index=True)
