"""Partners, plans, keys, changes, leased quota and usage."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    _partners()
    _quotas()
    _usage()


def _partners() -> None:
    op.create_table(
        "plans",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("burst_per_s", sa.Float(), nullable=False),
        sa.Column("burst_size", sa.Integer(), nullable=False),
        sa.Column("per_day", _COUNT, nullable=False),
        sa.Column("per_month", _COUNT, nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_plans"),
    )
    op.create_table(
        "partners",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(200), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("created_at", _COUNT, nullable=False),
        sa.Column("suspended_at", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
        sa.UniqueConstraint("name", name="uq_partners_name"),
        sa.ForeignKeyConstraint(["plan"], ["plans.name"], name="fk_partners_plan"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("created_at", _COUNT, nullable=False),
        sa.Column("expires_at", _COUNT, nullable=True),
        sa.Column("revoked_at", _COUNT, nullable=True),
        sa.Column("last_used_at", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name="fk_api_keys_partner_id"),
    )
    op.create_index("ix_api_keys_partner_id", "api_keys", ["partner_id"])
    op.create_table(
        "changes",
        sa.Column("id", _COUNT, autoincrement=True, nullable=False),
        sa.Column("at", _COUNT, nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_at", "changes", ["at"])
    op.create_index("ix_changes_partner_id", "changes", ["partner_id"])


def _quotas() -> None:
    generation = op.create_table(
        "quota_generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quota_generation"),
    )
    op.bulk_insert(generation, [{"id": 1, "generation": 0}])
    op.create_table(
        "quota_windows",
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("window", sa.String(20), nullable=False),
        sa.Column("leased", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "window", name="pk_quota_windows"),
    )
    op.create_table(
        "quota_leases",
        sa.Column("process", sa.String(32), nullable=False),
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("granted", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("process", "partner_id", "day", name="pk_quota_leases"),
    )


def _usage() -> None:
    op.create_table(
        "usage_reports",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("counted_at", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_usage_reports"),
    )
    op.create_index("ix_usage_reports_counted_at", "usage_reports", ["counted_at"])
    op.create_table(
        "usage",
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("minute_starts_at", _COUNT, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("requests", _COUNT, nullable=False),
        sa.Column("tokens", _COUNT, nullable=False),
        sa.Column("refused", _COUNT, nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "minute_starts_at", "kind", name="pk_usage"),
    )
    op.create_index("ix_usage_minute", "usage", ["minute_starts_at"])
