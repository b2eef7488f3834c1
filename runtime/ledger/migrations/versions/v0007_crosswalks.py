"""Partners' own ids of stops and lines."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "crosswalks",
        sa.Column("partner_id", sa.String(32), nullable=False),
        sa.Column("timetable", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("revision", _COUNT, nullable=False),
        sa.Column("uploaded_at_ms", _COUNT, nullable=False),
        sa.Column("matched_against", sa.String(64), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "timetable", "kind", name="pk_crosswalks"),
    )
