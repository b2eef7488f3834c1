"""The operator's overrides."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "overrides",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("line", sa.String(300), nullable=False),
        sa.Column("run", sa.String(400), nullable=False),
        sa.Column("stops", sa.JSON(), nullable=False),
        sa.Column("vehicle", sa.String(300), nullable=False),
        sa.Column("starts_at", _COUNT, nullable=False),
        sa.Column("ends_at", _COUNT, nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("made_at_ms", _COUNT, nullable=False),
        sa.Column("ended_at_ms", _COUNT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
    )
    op.create_index("ix_overrides_ends_at", "overrides", ["ends_at"])
