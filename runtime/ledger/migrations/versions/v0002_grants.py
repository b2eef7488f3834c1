"""Owners, products, grants, the audit chain, staff."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FIRST_HASH = "0" * 64


def upgrade() -> None:
    """Apply this step."""
    _widen()
    _owners_and_products()
    _grants()
    _audit()
    _staff()


def _widen() -> None:
    with op.batch_alter_table("partners") as table:
        table.add_column(sa.Column("is_agency", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("api_keys") as table:
        table.add_column(sa.Column("networks", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("signed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.rename_table("usage", "usage_before")
    op.drop_index("ix_usage_minute", "usage_before")
    if op.get_bind().dialect.name == "postgresql":
        # a constraint keeps its name when its table is renamed
        op.execute("ALTER TABLE usage_before RENAME CONSTRAINT pk_usage TO pk_usage_before")
    op.create_table(
        "usage",
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("minute_starts_at", _COUNT, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("grant_id", sa.String(32), nullable=False),
        sa.Column("requests", _COUNT, nullable=False),
        sa.Column("tokens", _COUNT, nullable=False),
        sa.Column("refused", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "minute_starts_at", "kind", "grant_id", name="pk_usage"),
    )
    op.create_index("ix_usage_minute", "usage", ["minute_starts_at"])
    op.execute(
        "INSERT INTO usage (partner_id, minute_starts_at, kind, grant_id, requests, tokens, refused) "
        "SELECT partner_id, minute_starts_at, kind, '', requests, tokens, refused FROM usage_before"
    )
    op.drop_table("usage_before")


def _owners_and_products() -> None:
    op.create_table(
        "owners",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("feeds", sa.JSON(), nullable=False),
        sa.Column("timetables", sa.JSON(), nullable=False),
        sa.Column("created_at", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_owners"),
        sa.UniqueConstraint("name", name="uq_owners_name"),
    )
    op.create_table(
        "owner_terms",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("owner_id", sa.String(32), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("until", _COUNT, nullable=True),
        sa.Column("created_at", _COUNT, nullable=False),
        sa.Column("withdrawn_at", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_owner_terms"),
        sa.ForeignKeyConstraint(["owner_id"], ["owners.id"], name="fk_owner_terms_owner_id"),
    )
    op.create_index("ix_owner_terms_owner_id", "owner_terms", ["owner_id"])
    products = op.create_table(
        "products",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("published_at", _COUNT, nullable=False),
        sa.Column("withdrawn_at", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("id", "version", name="pk_products"),
    )
    # Until staff put something narrower on the shelf, a key opens what it opened before there were products.
    body = {
        "name": "Open data",
        "description": "Everything Headway knows of every line, live, to anyone with a key.",
        "supply": "open",
        "kinds": ["live", "history", "accuracy"],
    }
    op.bulk_insert(products, [{"id": "open", "version": 1, "body": body, "published_at": 0, "withdrawn_at": None}])


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("product_id", sa.String(40), nullable=False),
        sa.Column("product_version", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("plan", sa.String(64), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.Column("area", sa.JSON(), nullable=True),
        sa.Column("delay_s", sa.Integer(), nullable=False),
        sa.Column("rate_per_s", sa.Float(), nullable=True),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(160), nullable=False),
        sa.Column("created_at", _COUNT, nullable=False),
        sa.Column("starts_at", _COUNT, nullable=False),
        sa.Column("expires_at", _COUNT, nullable=True),
        sa.Column("suspended_at", _COUNT, nullable=True),
        sa.Column("revoked_at", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_grants_partner_id"),
        sa.ForeignKeyConstraint(["plan"], ["plans.name"], name="fk_grants_plan"),
    )
    op.create_index("ix_grants_partner_id", "grants", ["partner_id"])
    op.create_table(
        "grant_requests",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("product_id", sa.String(40), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(400), nullable=True),
        sa.Column("rule", sa.String(160), nullable=True),
        sa.Column("grant_id", sa.String(32), nullable=True),
        sa.Column("asked_at", _COUNT, nullable=False),
        sa.Column("decided_at", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_grant_requests"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_grant_requests_partner_id"),
    )
    op.create_index("ix_grant_requests_partner_id", "grant_requests", ["partner_id"])
    op.create_index("ix_grant_requests_state", "grant_requests", ["state"])
    op.create_table(
        "needs",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posted_at", _COUNT, nullable=False),
        sa.Column("answered_at", _COUNT, nullable=True),
        sa.Column("product_id", sa.String(40), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_needs"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_needs_partner_id"),
    )
    op.create_index("ix_needs_partner_id", "needs", ["partner_id"])


def _audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", _COUNT, autoincrement=False, nullable=False),
        sa.Column("at", _COUNT, nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entries"),
    )
    for column in ("at", "action", "partner_id"):
        op.create_index(f"ix_audit_entries_{column}", "audit_entries", [column])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", _COUNT, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": _FIRST_HASH}])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", _COUNT, nullable=False),
        sa.Column("disabled_at", _COUNT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("login", name="pk_staff"),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("created_at", _COUNT, nullable=False),
        sa.Column("expires_at", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_login", "staff_sessions", ["login"])
    op.create_index("ix_staff_sessions_expires_at", "staff_sessions", ["expires_at"])
    op.create_table(
        "pending_acts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", _COUNT, nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decided_at", _COUNT, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pending_acts"),
    )
    op.create_index("ix_pending_acts_state", "pending_acts", ["state"])
