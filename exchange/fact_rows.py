"""Writes facts: finds what they refer to, and each one again; creates it, or changes what differs.

Runs inside the caller's transaction. Not its business: what a line may say (exchange/fact_fields.py), the
statements (exchange/fact_sql.py), and what happens when a row is refused by the tables (exchange/writer.py).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import asyncpg

from exchange import fact_sql
from exchange.author import Author
from exchange.checks import Known
from exchange.fact_fields import SHAPES, FactRecord, Shape, columns_of
from exchange.fact_sql import Fact, Row, problem_of
from exchange.fields import camel
from exchange.record import EntityKey, Identifier, Problem, ProblemCode
from exchange.report import Outcome, Report
from exchange.values import closest
from models.history import PART_TABLES

_PARENTS = {
    "expert_skill": ("entity", "expert_id"),
    "program_skill": ("entity", "program_id"),
    "need_skill": ("need", "need_id"),
    "funding_round_investor": ("funding_round", "round_id"),
}


async def write(
    connection: asyncpg.Connection,
    records: Sequence[FactRecord],
    known: Known,
    author: Author,
    rows: dict[int, tuple[UUID, Outcome]] | None = None,
    *,
    grows_parents: bool = True,
) -> Report:
    """Writes records of one table and says what became of each, in `rows` by row. Unless `grows_parents`, the
    caller lets the records grow whose parts were changed. Raises asyncpg.PostgresError."""
    report = Report()
    shape = SHAPES[records[0].kind]
    entities = await _entities(connection, records, shape, known)
    facts = await _facts(connection, records, shape)
    ready: list[Fact] = []
    for record in records:
        row, problem = _row(record, shape, entities, facts, known)
        if problem is None:
            ready.append((record, row))
        else:
            report.problems.append(problem)
            report.counts[record.kind][Outcome.REJECTED] += 1
    parents: set[object] = set()
    for (record, row), (id_, outcome, problem) in await fact_sql.store(connection, ready, shape, author):
        if rows is not None and id_ is not None:
            rows[record.row] = (id_, outcome)
        if problem is not None:
            report.problems.append(problem)
        elif outcome is not Outcome.UNCHANGED and shape.table in _PARENTS:
            parents.add(row.get(_PARENTS[shape.table][1]))
        report.counts[record.kind][outcome] += 1
    if grows_parents and parents - {None}:
        await grow(connection, shape.table, parents - {None})
    return report


async def grow(connection: asyncpg.Connection, part: str, parents: Collection[object]) -> None:
    """What these records consist of has changed, in this table: their version grows and the change log tells
    of it."""
    table, _ = _PARENTS[part]
    await connection.execute(f"UPDATE {table} SET audience = audience WHERE id = ANY ($1)", list(parents))


async def targets(
    connection: asyncpg.Connection, records: Sequence[FactRecord], shape: Shape, known: Known, name: str
) -> list[UUID | None]:
    """The id of what each record refers to by this name, None where there is nothing."""
    entities = await _entities(connection, records, shape, known)
    facts = await _facts(connection, records, shape)
    found: list[UUID | None] = []
    for record in records:
        key = record.references[name]
        assert key is not None
        if name in shape.facts:
            found.append(facts.get((shape.facts[name], key)))
        else:
            found.append(entities[key][0] if key in entities else None)
    return found


def _row(
    record: FactRecord,
    shape: Shape,
    entities: Mapping[EntityKey, tuple[UUID, str]],
    facts: Mapping[tuple[str, EntityKey], UUID],
    known: Known,
) -> tuple[Row, Problem | None]:
    row: Row = columns_of(record)
    for name, key in record.references.items():
        if key is None:
            row[f"{name}_id"] = None
            if name in shape.entities and len(shape.entities[name]) > 1:
                row[f"{name}_kind"] = None
        elif name in shape.facts:
            target = facts.get((shape.facts[name], key))
            if target is None:
                return row, _missing(record, name, key, f"no {shape.facts[name].replace('_', ' ')}")
            row[f"{name}_id"] = target
        else:
            found = entities.get(key)
            if found is None:
                return row, _missing(record, name, key, "no record")
            if found[1] not in shape.entities[name]:
                kinds = ", ".join(shape.entities[name])
                message = f"{key} is {found[1]}, which {camel(name)} cannot be."
                hint = f"It must be one of {kinds}."
                return row, problem_of(record, ProblemCode.RELATION_KINDS, message, hint, name)
            row |= {f"{name}_id": found[0], f"{name}_kind": found[1]}
    if record.slug is not None and shape.table not in PART_TABLES:
        row["slug"] = record.slug
    if record.source is not None:
        if record.source not in known.sources:
            hint = closest(
                record.source, known.sources, "Give the SOURCE line before the lines that name it."
            )
            message = f"There is no source {record.source!r}."
            return row, problem_of(record, ProblemCode.UNKNOWN_SOURCE, message, hint, "source")
        row["source_id"] = known.sources[record.source]
    elif record.clears_source:
        row["source_id"] = None
    verticals = row.get("verticals") or row.get("vertical") or []
    # `row` holds values of any column; these two are a text and a list of texts.
    for code in [verticals] if isinstance(verticals, str) else list(verticals):  # type: ignore[call-overload]
        if code not in known.verticals:
            hint = closest(code, known.verticals, "See the list of verticals in the API.")
            return row, problem_of(
                record, ProblemCode.UNKNOWN_CODE, f"There is no vertical {code!r}.", hint, "vertical"
            )
    return row, None


def _missing(record: FactRecord, name: str, key: EntityKey, what: str) -> Problem:
    hint = "Import what it refers to before it, or in the same file."
    return problem_of(record, ProblemCode.REFERENCE_UNKNOWN, f"There is {what} {key}.", hint, name)


async def _entities(
    connection: asyncpg.Connection, records: Sequence[FactRecord], shape: Shape, known: Known
) -> dict[EntityKey, tuple[UUID, str]]:
    """The id and kind of each entity that is referred to, as far as it is there."""
    keys = {key for r in records for name, key in r.references.items() if key and name in shape.entities}
    ids = [key.id for key in keys if key.id]
    slugs = [key.slug for key in keys if key.slug]
    rows = await connection.fetch(
        "SELECT id, slug, kind FROM entity WHERE id = ANY ($1::uuid[]) OR slug = ANY ($2::text[])", ids, slugs
    )
    found: dict[EntityKey, tuple[UUID, str]] = {}
    for row in rows:
        found[EntityKey(id=row["id"])] = found[EntityKey(slug=row["slug"])] = (row["id"], row["kind"])
    identifiers = [key.identifier for key in keys if key.identifier]
    if identifiers:
        found |= await _identified(connection, identifiers, known)
    return found


async def _identified(
    connection: asyncpg.Connection, identifiers: Sequence[Identifier], known: Known
) -> dict[EntityKey, tuple[UUID, str]]:
    found: dict[EntityKey, tuple[UUID, str]] = {}
    for one in identifiers:
        partner = known.partners.get(one.partner) if one.partner else None
        row = await connection.fetchrow(
            "SELECT e.id, e.kind FROM identifier i JOIN entity e ON e.id = i.entity_id WHERE i.scheme = $1 "
            "AND i.value = $2 AND i.partner_id IS NOT DISTINCT FROM $3 ORDER BY i.is_active DESC LIMIT 1",
            str(one.scheme), one.value, partner,
        )  # fmt: skip
        if row is not None:
            found[EntityKey(identifier=one)] = (row["id"], row["kind"])
    return found


async def _facts(
    connection: asyncpg.Connection, records: Sequence[FactRecord], shape: Shape
) -> dict[tuple[str, EntityKey], UUID]:
    """The id of each fact that is referred to, by table and key."""
    wanted: defaultdict[str, set[EntityKey]] = defaultdict(set)
    for record in records:
        for name, key in record.references.items():
            if key is not None and name in shape.facts:
                wanted[shape.facts[name]].add(key)
    found: dict[tuple[str, EntityKey], UUID] = {}
    for table, keys in wanted.items():
        ids, slugs = [key.id for key in keys if key.id], [key.slug for key in keys if key.slug]
        rows = await connection.fetch(
            f"SELECT id, slug FROM {table} WHERE id = ANY ($1::uuid[]) OR slug = ANY ($2::text[])", ids, slugs
        )
        for row in rows:
            found[table, EntityKey(id=row["id"])] = found[table, EntityKey(slug=row["slug"])] = row["id"]
    return found
