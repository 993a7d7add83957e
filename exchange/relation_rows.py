"""The second pass of an import: what records say of each other, now that all of them are there.

What finds no other end stays pending and is tried again at the end of every later import. Not its
business: how the records themselves are written (exchange/entity_rows.py).
"""

from collections.abc import Sequence

import asyncpg

from exchange import relation_sql as sql
from exchange.record import Problem, ProblemCode
from exchange.report import RELATION, Outcome, Report
from models.vocabulary import ROLE_RULES, Kind, Role

_OUTCOMES = {
    "NEW": Outcome.CREATED,
    "DIFFERENT": Outcome.UPDATED,
    "GONE": Outcome.UPDATED,
    "SAME": Outcome.UNCHANGED,
    "ABSENT": Outcome.UNCHANGED,
    "FOREIGN": Outcome.REJECTED,
    "SELF": Outcome.REJECTED,
    "KINDS": Outcome.REJECTED,
}


async def resolve(connection: asyncpg.Connection, *, takes_pending: bool = True) -> tuple[list[int], Report]:
    """Looks up the other end of every statement, also of those that wait if `takes_pending`; returns those to
    write, and a report of all of them."""
    if takes_pending:
        await connection.execute(sql.TAKE_PENDING)
        await connection.execute(sql.ANALYZE)
    await connection.execute(sql.FIND_TARGETS)
    await connection.execute(sql.ORIENT)
    await connection.execute(sql.JUDGE)
    report = Report()
    for row in await connection.fetch(sql.COUNTS):
        if (outcome := _OUTCOMES.get(row["state"])) is not None:
            report.counts[RELATION][outcome] += row["number"]
    for row in await connection.fetch(sql.PROBLEMS):
        is_dangling = row["state"] == "DANGLING"
        if not (is_dangling and row["pending_id"]):
            report.problems.append(_problem(row))
            report.dangling += is_dangling
    return [row["seq"] for row in await connection.fetch(sql.TO_WRITE)], report


async def write(connection: asyncpg.Connection, numbers: Sequence[int]) -> None:
    """Writes these statements. Raises asyncpg.PostgresError where one breaks a rule of the tables."""
    await connection.execute(sql.DELETE, numbers)
    await connection.execute(sql.UPDATE, numbers)
    await connection.execute(sql.INSERT, numbers)


async def related(connection: asyncpg.Connection) -> list[int]:
    """The rows whose relations were changed."""
    return [row["file_row"] for row in await connection.fetch(sql.RELATED)]


async def keep_pending(connection: asyncpg.Connection) -> None:
    """Stores what found no other end, and drops what found it now."""
    await connection.execute(sql.KEEP_PENDING)
    await connection.execute(sql.DROP_PENDING)


async def describe(connection: asyncpg.Connection, number: int) -> tuple[int, str | None, Outcome]:
    """The row of the file and the record that made a statement, and what `resolve` expected of it."""
    row = await connection.fetchrow("SELECT file_row, label, state FROM open_relation WHERE seq = $1", number)
    return row["file_row"], row["label"], _OUTCOMES[row["state"]]


def _problem(row: asyncpg.Record) -> Problem:
    role, target = row["role"], row["target"]
    label = row["label"] or str(row["entity_id"])
    if row["state"] == "DANGLING":
        code = ProblemCode.RELATION_DANGLING
        message = f"{role}: there is no {target} here."
        hint = "The relation waits and is made when an import brings its other end."
    elif row["state"] == "FOREIGN":
        code = ProblemCode.NOT_YOURS
        message = f"{role}: the relation with {target} is stated by somebody else."
        hint = "Dispute it, or leave it out; what you state yourself is yours to change."
    elif row["state"] == "SELF":
        code = ProblemCode.RELATION_INVALID
        message = f"{role}: {target} is the record itself."
        hint = "Name another record, or leave the relation out."
    else:
        code = ProblemCode.RELATION_KINDS
        message = f"{role} cannot go from {row['subject_kind']} to {row['object_kind']} ({target})."
        hint = f"It goes from {allowed(Role(role))}."
    return Problem(row["file_row"], label, code, message, hint, "relations", is_row_lost=False)


def allowed(role: Role) -> str:
    """The pairs of kinds that a role allows, as in `ZONE to CLUSTER; UNIVERSITY or COMPANY to ZONE`."""
    objects: dict[tuple[str, ...], list[str]] = {}
    for subject in Kind:
        to = tuple(str(kind) for kind in Kind if (subject, kind) in ROLE_RULES[role].pairs)
        if to:
            objects.setdefault(to, []).append(str(subject))
    return "; ".join(f"{' or '.join(subjects)} to {' or '.join(to)}" for to, subjects in objects.items())
