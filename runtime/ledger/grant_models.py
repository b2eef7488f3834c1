"""The tables of what was agreed: owners and their terms, products, grants, requests, needs."""

from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from runtime.ledger.models import ID_LENGTH, Base, Count


class OwnerRow(Base):
    """Who feeds and timetables belong to."""

    __tablename__ = "owners"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    contact: Mapped[str] = mapped_column(String(200), default="")
    feeds: Mapped[list[str]] = mapped_column(JSON, default=list)
    timetables: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[int] = mapped_column(Count)


class OwnerTermRow(Base):
    """What an owner gives to whom. Never altered but to be withdrawn."""

    __tablename__ = "owner_terms"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("owners.id"), index=True)
    partner_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    purposes: Mapped[list[str]] = mapped_column(JSON, default=list)
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    until: Mapped[int | None] = mapped_column(Count, default=None)
    created_at: Mapped[int] = mapped_column(Count)
    withdrawn_at: Mapped[int | None] = mapped_column(Count, default=None)


class ProductRow(Base):
    """One version of a product; ``body``: ``transit.grants.agreements.Product`` without what stands beside it."""

    __tablename__ = "products"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    published_at: Mapped[int] = mapped_column(Count)
    withdrawn_at: Mapped[int | None] = mapped_column(Count, default=None)


class GrantRow(Base):
    """A partner's grant of a product."""

    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    product_id: Mapped[str] = mapped_column(String(40))
    product_version: Mapped[int] = mapped_column(Integer)
    purpose: Mapped[str] = mapped_column(String(120))
    plan: Mapped[str | None] = mapped_column(ForeignKey("plans.name"), default=None)
    fields: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    area: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    delay_s: Mapped[int] = mapped_column(Integer, default=0)
    rate_per_s: Mapped[float | None] = mapped_column(Float, default=None)
    networks: Mapped[list[str]] = mapped_column(JSON, default=list)
    trial: Mapped[bool] = mapped_column(Boolean, default=False)
    rule: Mapped[str] = mapped_column(String(160), default="")
    created_at: Mapped[int] = mapped_column(Count)
    starts_at: Mapped[int] = mapped_column(Count)
    expires_at: Mapped[int | None] = mapped_column(Count, default=None)
    suspended_at: Mapped[int | None] = mapped_column(Count, default=None)
    revoked_at: Mapped[int | None] = mapped_column(Count, default=None)


class GrantRequestRow(Base):
    """What a partner asked for and how it was decided: ``waiting``, ``approved``, ``refused``."""

    __tablename__ = "grant_requests"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    product_id: Mapped[str] = mapped_column(String(40))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str | None] = mapped_column(String(400), default=None)
    rule: Mapped[str | None] = mapped_column(String(160), default=None)
    grant_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), default=None)
    asked_at: Mapped[int] = mapped_column(Count)
    decided_at: Mapped[int | None] = mapped_column(Count, default=None)


class NeedRow(Base):
    """What somebody needs that no product holds, and the product that answered it."""

    __tablename__ = "needs"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("partners.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[int] = mapped_column(Count)
    answered_at: Mapped[int | None] = mapped_column(Count, default=None)
    product_id: Mapped[str | None] = mapped_column(String(40), default=None)
    answer: Mapped[str] = mapped_column(Text, default="")


class DerivedOutputRow(Base):
    """The newest output of one version of a derived product: all of it that ever leaves."""

    __tablename__ = "derived_outputs"

    product_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    product_version: Mapped[int] = mapped_column(Integer, primary_key=True)
    computed_at: Mapped[int] = mapped_column(Count)
    from_s: Mapped[int] = mapped_column(Count)
    until_s: Mapped[int] = mapped_column(Count)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
