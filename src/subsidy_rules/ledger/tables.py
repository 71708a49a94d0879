"""The tables. `ledger_entries` is the record and only ever grows; the other two follow from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0001"  # of the migrations; a database at another one is refused
VERSION_TABLE = "ledger_version"
KINDS = ("grant", "decision", "correction", "repayment", "parameter")
# Identifiers differ by case, and the server's own character set does not matter.
MYSQL: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}

METADATA = MetaData()

ENTRIES = Table(
    "ledger_entries",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("key", String(128), nullable=False),
    Column("line", Integer, nullable=False),
    Column("applicant", String(64)),  # none: a parameter
    Column("policy", String(64), nullable=False),
    Column("rule", String(64), nullable=False),  # of a parameter: the bound
    Column("item", String(64)),
    Column("year", Integer, nullable=False),
    Column("amount", BigInteger, nullable=False),  # fen, the movement; of a parameter its figure
    Column("decided_on", Date, nullable=False),
    Column("recorded_at", String(27), nullable=False),  # UTC as text of one length: it sorts, and no server converts it
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("key", "line", name="ledger_entries_key"),
    CheckConstraint("seq > 0 AND line > 0", name="ledger_entries_positive"),
    CheckConstraint(
        "kind IN ('grant', 'decision', 'correction', 'repayment', 'parameter')", name="ledger_entries_kind"
    ),
    CheckConstraint("amount BETWEEN -1000000000000000 AND 1000000000000000", name="ledger_entries_amount"),
    CheckConstraint("amount >= 0 OR kind IN ('correction', 'repayment')", name="ledger_entries_sign"),
    CheckConstraint("(applicant IS NULL) = (kind = 'parameter')", name="ledger_entries_applicant"),
    CheckConstraint("year BETWEEN 1900 AND 2199", name="ledger_entries_year"),
    **MYSQL,
)
Index("ledger_entries_of_applicant", ENTRIES.c.applicant)
Index("ledger_entries_of_rule", ENTRIES.c.policy, ENTRIES.c.rule, ENTRIES.c.year)

BALANCES = Table(
    "ledger_balances",
    METADATA,
    Column("policy", String(64), primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("amount", BigInteger, nullable=False),  # fen that stand, over all applicants
    CheckConstraint("amount >= 0", name="ledger_balances_amount"),
    **MYSQL,
)

HEAD = Table(
    "ledger_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("recorded_at", String(27), nullable=False),
    CheckConstraint("id = 1", name="ledger_head_one_row"),
    **MYSQL,
)
