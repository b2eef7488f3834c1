"""How many streams a plan lets a partner have open at once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.add_column("plans", sa.Column("streams", sa.Integer(), nullable=False, server_default="20"))
    op.execute("UPDATE plans SET streams = 1000 WHERE name = 'standard'")
