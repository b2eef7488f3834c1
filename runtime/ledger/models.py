"""The tables, the same on SQLite and PostgreSQL. Times are POSIX seconds: no driver reads integers its own way."""

from typing import Final

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH: Final = 32
_NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
Count = BigInteger().with_variant(Integer(), "sqlite")
"""Type of times (POSIX s) and counts."""


class Base(DeclarativeBase):
    """Root of every table."""

    metadata = MetaData(naming_convention=_NAMING)


class PlanRow(Base):
    """What a partner may spend. ``weights`` gives the tokens a request of a kind costs; kinds unnamed cost one."""

    __tablename__ = "plans"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    burst_per_s: Mapped[float] = mapped_column(Float)
    burst_size: Mapped[int] = mapped_column(Integer)
    per_day: Mapped[int] = mapped_column(Count)
    per_month: Mapped[int] = mapped_column(Count)
    weights: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    streams: Mapped[int] = mapped_column(Integer)


class PartnerRow(Base):
    """A company that asks for arrival times. ``suspended_at`` is set while none of its keys opens anything."""

    __tablename__ = "partners"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    contact: Mapped[str] = mapped_column(String(200), default="")
    plan: Mapped[str] = mapped_column(ForeignKey("plans.name"))
    created_at: Mapped[int] = mapped_column(Count)
    suspended_at: Mapped[int | None] = mapped_column(Count, default=None)
    is_agency: Mapped[bool] = mapped_column(Boolean, default=False)


class ApiKeyRow(Base):
    """One key of a partner. ``id`` stands in the key's text; of the text itself only its SHA-256 is kept."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int] = mapped_column(Count)
    expires_at: Mapped[int | None] = mapped_column(Count, default=None)
    revoked_at: Mapped[int | None] = mapped_column(Count, default=None)
    last_used_at: Mapped[int | None] = mapped_column(Count, default=None)
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)
    signed: Mapped[bool] = mapped_column(Boolean, default=False)


class ChangeRow(Base):
    """One decision about a partner, key or plan, in the order made. Rows are never altered or removed."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(Count, primary_key=True, autoincrement=True)
    at: Mapped[int] = mapped_column(Count, index=True)
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(40))
    partner_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), index=True)
    detail: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)


class QuotaGenerationRow(Base):
    """One row: the seeding of the store's counters in force. Raised before each, so that older leases fail."""

    __tablename__ = "quota_generation"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    generation: Mapped[int] = mapped_column(Count)


class QuotaWindowRow(Base):
    """Tokens of a partner's day or month that were spent or stand leased. Never above the plan's quota."""

    __tablename__ = "quota_windows"

    partner_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    window: Mapped[str] = mapped_column(String(20), primary_key=True)
    leased: Mapped[int] = mapped_column(Count)


class QuotaLeaseRow(Base):
    """Tokens one process holds or has spent of a partner's day. Goes when the unspent are given back."""

    __tablename__ = "quota_leases"

    process: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    partner_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    granted: Mapped[int] = mapped_column(Count)


class UsageReportRow(Base):
    """A usage report that was counted already: reading it again counts nothing."""

    __tablename__ = "usage_reports"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    counted_at: Mapped[int] = mapped_column(Count, index=True)


class UsageRow(Base):
    """What a partner used in one minute, by kind of request and grant (empty: an open product)."""

    __tablename__ = "usage"
    __table_args__ = (Index("ix_usage_minute", "minute_starts_at"),)

    partner_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    minute_starts_at: Mapped[int] = mapped_column(Count, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    grant_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default="")
    requests: Mapped[int] = mapped_column(Count)
    tokens: Mapped[int] = mapped_column(Count)
    refused: Mapped[int] = mapped_column(Count)
