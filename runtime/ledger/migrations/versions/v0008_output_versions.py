"""An output belongs to the version of its product whose query made it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns() -> tuple["sa.Column[object]", ...]:
    return (
        sa.Column("computed_at", _COUNT, nullable=False),
        sa.Column("from_s", _COUNT, nullable=False),
        sa.Column("until_s", _COUNT, nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
    )


def upgrade() -> None:
    """Apply this step. The query that ran was that of the newest version of its time."""
    before = sa.table("derived_outputs", sa.column("product_id", sa.String), *_columns())
    products = sa.table("products", sa.column("id", sa.String), sa.column("version"), sa.column("published_at"))
    version = (
        sa.select(sa.func.max(products.c.version))
        .where(products.c.id == before.c.product_id, products.c.published_at <= before.c.computed_at)
        .scalar_subquery()
    )
    kept = op.get_bind().execute(sa.select(before, sa.func.coalesce(version, 1).label("product_version"))).mappings()
    rows = [dict(row) for row in kept]
    op.drop_table("derived_outputs")
    versioned = op.create_table(
        "derived_outputs",
        sa.Column("product_id", sa.String(40), nullable=False),
        sa.Column("product_version", sa.Integer(), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("product_id", "product_version", name="pk_derived_outputs"),
    )
    if rows:
        op.bulk_insert(versioned, rows)
