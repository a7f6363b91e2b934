"""The cards that were shown, what each carried, and what clients report of them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("card", sa.String(36), primary_key=True),
        sa.Column("decision", sa.String(36), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("client", sa.String(128), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("release", sa.String(128), nullable=False),
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("user", sa.String(64)),
        sa.Column("location", sa.String(64)),
        sa.Column("patient", sa.String(64)),
    )
    for by, column in (("time", "at"), ("decision", "decision"), ("patient", "patient")):
        op.create_index(f"cards_by_{by}", "cards", [column])
    op.create_table(
        "advice",
        sa.Column("card", sa.String(36), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("rule", sa.String(128)),
        sa.Column("grounds", sa.String(64)),
    )
    op.create_table(
        "feedback",
        sa.Column("entry", sa.String(64), primary_key=True),
        sa.Column("card", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("received", sa.String(32), nullable=False),
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("reason_system", sa.String(255)),
        sa.Column("reason", sa.String(64)),
    )
    op.create_index("feedback_by_card", "feedback", ["card"])
