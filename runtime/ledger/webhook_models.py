"""The tables of webhooks. Times are POSIX milliseconds: several things happen to one in a second."""

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.ledger.models import ID_LENGTH, Base, Count


class WebhookRow(Base):
    """What a partner wants to be told, and where. ``disabled_at_ms`` is set while nothing is sent."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    partner_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    event: Mapped[str] = mapped_column(String(32))
    line: Mapped[str] = mapped_column(String(300), default="")
    run: Mapped[str] = mapped_column(String(400), default="")
    stop: Mapped[str] = mapped_column(String(300), default="")
    minutes: Mapped[int] = mapped_column(Integer, default=0)
    created_at_ms: Mapped[int] = mapped_column(Count)
    secret_version: Mapped[int] = mapped_column(Integer, default=1)
    rotated_at_ms: Mapped[int | None] = mapped_column(Count, default=None)
    failing_since_ms: Mapped[int | None] = mapped_column(Count, default=None)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    disabled_at_ms: Mapped[int | None] = mapped_column(Count, default=None)
    disabled_reason: Mapped[str] = mapped_column(Text, default="")


class DeliveryRow(Base):
    """One event on its way to one webhook. ``id`` is the ``webhook-id`` of every attempt.

    ``claimed_until_ms``: a process is sending it; after that moment another may.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index("ix_webhook_deliveries_state", "state", "next_at_ms"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    type: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(500), default="")
    body: Mapped[str] = mapped_column(Text)
    made_at_ms: Mapped[int] = mapped_column(Count)
    gives_up_at_ms: Mapped[int] = mapped_column(Count)
    state: Mapped[str] = mapped_column(String(16))
    next_at_ms: Mapped[int] = mapped_column(Count)
    claimed_until_ms: Mapped[int] = mapped_column(Count, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_status: Mapped[int | None] = mapped_column(Integer, default=None)
    last_error: Mapped[str] = mapped_column(Text, default="")
    delivered_at_ms: Mapped[int | None] = mapped_column(Count, default=None)
