"""History tables: what was believed before, one `<table>_history` beside each recorded table.

Filled by one trigger function (models/migrations); the live table never holds a superseded row, so the
hot path never filters on record time. Who may see what was believed is judged by the record as it is now:
each history row carries its record's audiences and owner of today beside those of its own time.
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
SEARCHED: dict[str, tuple[tuple[str, ...], ...]] = {
    "entity": (("kind", "id"),),
    "identifier": (("scheme", "value"),),
}
"""By what rows are looked up beside their id and the records that they belong to."""


def rights_of(table: Table) -> tuple[str, ...]:
    """The columns that say who may see a row, or a personal field of it."""
    return tuple(
        name
        for name in table.columns.keys()  # noqa: SIM118 - iterating gives the columns themselves
        if name in ("audience", "owner_id") or name.endswith("_audience")
    )


def current(name: str) -> str:
    """In a history table: the column that says what the record's column of this name is now."""
    return f"current_{name}"


def history_of(table: Table) -> Table:
    """The same columns without constraints, the rights as they are now, and `recorded_until`."""
    rights = rights_of(table)
    copies = [Column(column.name, column.type, nullable=column.nullable) for column in table.columns] + [
        Column(current(name), table.c[name].type, nullable=True) for name in rights
    ]
    until: Column[datetime] = Column("recorded_until", DateTime(timezone=True), nullable=False)
    searched: list[tuple[str, ...]] = [(column,) for column, _ in belonging(table)]
    searched += [*SEARCHED.get(table.name, ()), *((("slug",),) if "slug" in table.c else ())]
    indexes = [Index(f"ix_{table.name}_history_id", "id", "recorded_from")]
    indexes += [Index(f"ix_{table.name}_history_{'_'.join(columns)}", *columns) for columns in searched]
    return Table(f"{table.name}_history", Base.metadata, *copies, until, *indexes)


def belonging(table: Table) -> list[tuple[str, str]]:
    """The columns that name a record that a row belongs to or is an end of, each with that record's table."""
    found = {
        (constraint.column_keys[0], constraint.elements[0].target_fullname.split(".")[0])
        for constraint in table.foreign_key_constraints
    }
    return sorted(
        (column, parent) for column, parent in found if parent in RECORDED_TABLES and parent != "source"
    )
