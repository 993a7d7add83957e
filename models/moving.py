"""Moves all rows that refer to one entity to another, and back: read from the foreign keys of the tables, so
that a new table follows by itself.

A row that would then repeat one of the other entity's, or overlap with it where one holds at a time, is
taken out. What was moved and taken out is given as JSON, from which `restore` puts it back. Which merges may
be made, and what a merged record is, is resolvers/merging.py.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Table

from models.base import Base
from models.exclusion import overlaps
from models.vocabulary import ROLE_RULES

KEPT = {
    "entity_name": "names are copied: a merged record keeps its own",
    "preference": "derived from the assertions",
    "conflict": "derived from the assertions",
    "entity_merge": "says who was merged into whom",
    "withdrawal": "says when the record itself was withdrawn",
}
"""Tables whose rows stay with the merged entity, and why."""
ONLY = {"assertion": "NOT r.is_own"}
"""Of these tables only some rows are moved: what a record itself said stays its own word."""
_SYMMETRIC = ", ".join(f"'{role}'" for role, rule in ROLE_RULES.items() if rule.is_symmetric)
RELATION_ENDS = ("subject_id", "subject_kind", "object_id", "object_kind")


def entity_columns(table: Table) -> tuple[str, ...]:
    """The columns of a table that hold the id of an entity."""
    found = {
        constraint.column_keys[at]
        for constraint in table.foreign_key_constraints
        for at, element in enumerate(constraint.elements)
        if element.target_fullname == "entity.id"
    }
    return tuple(sorted(found))


def moved_tables() -> dict[str, tuple[str, ...]]:
    """The tables whose rows a merge moves, each with the columns that hold an entity's id."""
    tables = Base.metadata.sorted_tables
    found = {table.name: entity_columns(table) for table in tables if table.schema is None}
    return {name: columns for name, columns in found.items() if columns and name not in KEPT}


async def move(connection: asyncpg.Connection, one: UUID, other: UUID) -> dict[str, Any]:
    """Moves what refers to `one` to `other`; gives {"moved": {table: [...]}, "removed": {table: [...]}}."""
    moved: dict[str, list[Any]] = {}
    removed: dict[str, list[Any]] = {}
    for name, columns in moved_tables().items():
        statements = _relations() if name == "relation" else _rows(Base.metadata.tables[name], columns)
        *repeats, update = statements
        gone = [row["was"] for delete in repeats for row in await connection.fetch(delete, one, other)]
        went = [row["was"] for row in await connection.fetch(update, one, other)]
        if gone:
            removed[name] = [json.loads(row) for row in gone]
        if went:
            moved[name] = [json.loads(row) for row in went]
    return {"moved": moved, "removed": removed}


async def restore(connection: asyncpg.Connection, was: Mapping[str, Mapping[str, Sequence[Any]]]) -> None:
    """Puts back what `move` gave: rows that are gone since stay gone, rows that stand since stay too."""
    for name, items in was["moved"].items():
        table = Base.metadata.tables[name]
        columns = RELATION_ENDS if name == "relation" else entity_columns(table)
        own = " AND ".join(f"r.{key} = (k.row_).{key}" for key in table.primary_key.columns.keys())  # noqa: SIM118 - names
        await connection.execute(
            f"UPDATE {name} r SET {', '.join(f'{column} = (w.row_).{column}' for column in columns)} "
            "FROM jsonb_array_elements($1::jsonb) AS item, "
            f"LATERAL (SELECT jsonb_populate_record(NULL::{name}, item -> 'was') AS row_) AS w, "
            f"LATERAL (SELECT jsonb_populate_record(NULL::{name}, item -> 'key') AS row_) AS k WHERE {own}",
            json.dumps(items),
        )
    for name, rows in was["removed"].items():
        table = Base.metadata.tables[name]
        columns = tuple(column.name for column in table.columns if column.computed is None)
        await connection.execute(
            f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(columns)} "
            f"FROM jsonb_populate_recordset(NULL::{name}, $1::jsonb) ON CONFLICT DO NOTHING",
            json.dumps(rows),
        )


def _object(alias: str, columns: Sequence[str]) -> str:
    pairs = ", ".join(f"'{column}', {alias}.{column}" for column in columns)
    return f"jsonb_build_object({pairs})"


def _rows(table: Table, columns: tuple[str, ...]) -> list[str]:
    """A DELETE for each unique rule that moved rows could break, then the UPDATE that moves the rest."""
    name, keys = table.name, tuple(table.primary_key.columns.keys())
    whose = f"$1 IN ({', '.join(f'r.{column}' for column in columns)})"
    if name in ONLY:
        whose += f" AND {ONLY[name]}"
    found = []
    for unique, nulls_repeat, only in _unique_rules(table):
        if not set(unique) & set(columns):
            continue
        equal = "IS NOT DISTINCT FROM" if nulls_repeat else "="
        same = [f"x.{column} {equal} {_placed(f'r.{column}', column in columns)}" for column in unique]
        rows = f"(SELECT * FROM {name} WHERE {only})" if only else name
        differs = " OR ".join(f"x.{key} <> r.{key}" for key in keys)
        also = f" AND r.{only}" if only else ""
        found.append(
            f"DELETE FROM {name} r WHERE {whose}{also} AND EXISTS (SELECT 1 FROM {rows} x WHERE ({differs}) "
            f"AND {' AND '.join(same)}) RETURNING to_jsonb(old) AS was"
        )
    placed = ", ".join(
        f"{_placed(f'r.{column}', column in columns)} AS {column}"
        for column in table.columns.keys()  # noqa: SIM118 - names
    )
    for overlap in overlaps(table, "x", "p"):
        found.append(
            f"DELETE FROM {name} r WHERE {whose} AND EXISTS ("
            f"SELECT 1 FROM {name} x, LATERAL (SELECT {placed}) AS p "
            f"WHERE x.id <> p.id AND {overlap}) RETURNING to_jsonb(old) AS was"
        )
    sets = ", ".join(f"{column} = {_placed(f'r.{column}', True)}" for column in columns)
    found.append(
        f"UPDATE {name} r SET {sets} WHERE {whose} RETURNING jsonb_build_object("
        f"'key', {_object('new', keys)}, 'was', {_object('old', columns)}) AS was"
    )
    return found


def _placed(value: str, is_moved: bool) -> str:
    return f"CASE WHEN {value} = $1 THEN $2 ELSE {value} END" if is_moved else value


def _unique_rules(table: Table) -> list[tuple[tuple[str, ...], bool, str | None]]:
    """(columns, whether nulls count as equal, condition) of every unique rule of a table."""
    found: list[tuple[tuple[str, ...], bool, str | None]] = []
    for constraint in table.constraints:
        if constraint.__visit_name__ in ("unique_constraint", "primary_key_constraint"):
            options = constraint.dialect_options["postgresql"]
            columns = tuple(constraint.columns.keys())  # type: ignore[attr-defined]
            found.append((columns, bool(options.get("nulls_not_distinct")), None))
    for index in table.indexes:
        if index.unique:
            options = index.dialect_options["postgresql"]
            where = options.get("where")
            columns = tuple(index.columns.keys())
            found.append(
                (columns, bool(options.get("nulls_not_distinct")), None if where is None else str(where))
            )
    return sorted(found, key=str)


def _relations() -> list[str]:
    """Takes out what relates the two and what repeats; a symmetric one keeps its smaller id first."""
    placed = f"""
        placed AS (
            SELECT r.id, r.role, r.starts_on, r.ends_before, r.title, r.is_exclusive, r.owner_id,
                CASE WHEN r.role IN ({_SYMMETRIC}) AND s.id > o.id THEN o.id ELSE s.id END AS subject_id,
                CASE WHEN r.role IN ({_SYMMETRIC}) AND s.id > o.id THEN s.id ELSE o.id END AS object_id,
                CASE WHEN r.role IN ({_SYMMETRIC}) AND s.id > o.id THEN r.object_kind ELSE r.subject_kind END
                    AS subject_kind,
                CASE WHEN r.role IN ({_SYMMETRIC}) AND s.id > o.id THEN r.subject_kind ELSE r.object_kind END
                    AS object_kind
            FROM relation r
            CROSS JOIN LATERAL (SELECT {_placed("r.subject_id", True)} AS id) AS s
            CROSS JOIN LATERAL (SELECT {_placed("r.object_id", True)} AS id) AS o
            WHERE r.subject_id = $1 OR r.object_id = $1
        )"""
    excluded = " OR ".join(f"({one})" for one in overlaps(Base.metadata.tables["relation"], "x", "p"))
    return [
        f"WITH {placed} DELETE FROM relation r USING placed p "
        "WHERE r.id = p.id AND (p.subject_id = p.object_id OR EXISTS (SELECT 1 FROM relation x "
        "WHERE x.id <> p.id AND (x.subject_id = p.subject_id AND x.role = p.role "
        "AND x.object_id = p.object_id AND x.starts_on = p.starts_on "
        "AND x.title IS NOT DISTINCT FROM p.title AND (x.audience = 'OWNER') = (r.audience = 'OWNER') "
        f"AND (r.audience <> 'OWNER' OR x.owner_id IS NOT DISTINCT FROM r.owner_id) OR {excluded}))) "
        "RETURNING to_jsonb(old) AS was",
        f"WITH {placed} UPDATE relation r SET subject_id = p.subject_id, subject_kind = p.subject_kind, "
        "object_id = p.object_id, object_kind = p.object_kind FROM placed p WHERE r.id = p.id "
        f"RETURNING jsonb_build_object('key', {_object('new', ('id',))}, "
        f"'was', {_object('old', RELATION_ENDS)}) AS was",
    ]
