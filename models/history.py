"""History tables: what was believed before, one `<table>_history` beside each recorded table.

Filled by one trigger function (models/migrations); the live table never holds a superseded row, so the
hot path never filters on record time.
"""

from datetime import datetime

from sqlalchemy import Column, DateTime, Index, Table

from models.base import Base

FACT_TABLES = (
    *("licence", "incentive", "funding_round", "export_statistic"),
    *("directive", "commitment", "skill", "need"),
)
"""The facts that are records of their own beside relations (models/fact.py)."""
PART_TABLES = ("funding_round_investor", "expert_skill", "program_skill", "need_skill")
RECORDED_TABLES = (
    *("entity", "entity_name", "identifier", "relation", "zone_status", "source"),
    *("assertion", "preference"),
    *FACT_TABLES,
    *PART_TABLES,
)


def history_of(table: Table) -> Table:
    """The history table: the same columns without constraints, plus `recorded_until`."""
    columns: list[Column[datetime]] = [
        Column(column.name, column.type, nullable=column.nullable) for column in table.columns
    ]
    return Table(
        f"{table.name}_history",
        Base.metadata,
        *columns,
        Column("recorded_until", DateTime(timezone=True), nullable=False),
        Index(f"ix_{table.name}_history_id", "id", "recorded_from"),
    )
