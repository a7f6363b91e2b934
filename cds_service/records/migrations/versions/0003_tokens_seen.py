"""The tokens of callers that were used, so that none is used twice."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "tokens_seen",
        sa.Column("token", sa.LargeBinary(32), primary_key=True),
        sa.Column("until", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    )
    op.create_index("tokens_seen_by_end", "tokens_seen", ["until"])
