"""The record, its balances and its head."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MYSQL: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}


def upgrade() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("applicant", sa.String(64)),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("item", sa.String(64)),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("key", "line", name="ledger_entries_key"),
        sa.CheckConstraint("seq > 0 AND line > 0", name="ledger_entries_positive"),
        sa.CheckConstraint(
            "kind IN ('grant', 'decision', 'correction', 'repayment', 'parameter')", name="ledger_entries_kind"
        ),
        sa.CheckConstraint("amount BETWEEN -1000000000000000 AND 1000000000000000", name="ledger_entries_amount"),
        sa.CheckConstraint("amount >= 0 OR kind IN ('correction', 'repayment')", name="ledger_entries_sign"),
        sa.CheckConstraint("(applicant IS NULL) = (kind = 'parameter')", name="ledger_entries_applicant"),
        sa.CheckConstraint("year BETWEEN 1900 AND 2199", name="ledger_entries_year"),
        **MYSQL,
    )
    op.create_index("ledger_entries_of_applicant", "ledger_entries", ["applicant"])
    op.create_index("ledger_entries_of_rule", "ledger_entries", ["policy", "rule", "year"])
    op.create_table(
        "ledger_balances",
        sa.Column("policy", sa.String(64), primary_key=True),
        sa.Column("rule", sa.String(64), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount >= 0", name="ledger_balances_amount"),
        **MYSQL,
    )
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.CheckConstraint("id = 1", name="ledger_head_one_row"),
        **MYSQL,
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64, "recorded_at": "1970-01-01T00:00:00.000000Z"}])
