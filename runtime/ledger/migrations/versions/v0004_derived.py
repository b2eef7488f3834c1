"""Outputs of derived products."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "derived_outputs",
        sa.Column("product_id", sa.String(40), nullable=False),
        sa.Column("computed_at", _COUNT, nullable=False),
        sa.Column("from_s", _COUNT, nullable=False),
        sa.Column("until_s", _COUNT, nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="pk_derived_outputs"),
    )
