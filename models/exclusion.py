"""Constraints by which PostgreSQL keeps periods apart: of rows that share something one holds on a day.

What one speaker says never contradicts itself; two speakers may. A speaker is a source or an owner, and what
none is named for is one speaker too. Not its business: how a refusal is told (exchange/refusal.py).
"""

from sqlalchemy import Table, func, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

_SHARED = "shared"


def speaker(column: str) -> str:
    """The expression of a column that names who speaks; rows that name nobody count as one speaker's."""
    return f"coalesce({{row}}{column}, '00000000-0000-0000-0000-000000000000'::uuid)"


def one_at_a_time(name: str, *shared: str, where: str | None = None) -> ExcludeConstraint:
    """Rows that agree in all of `shared` have periods (`starts_on`, `ends_before`) that never overlap.

    `shared` are SQL expressions in which `{row}` stands before each column; `where` says which rows count.
    The index that comes with it is used by no query that does not ask for `where` itself.
    """
    period = func.daterange(literal_column("starts_on"), literal_column("ends_before"))
    return ExcludeConstraint(
        *((literal_column(one.format(row="")), "=") for one in shared),
        (period, "&&"),
        name=name,
        where=None if where is None else text(where.format(row="")),
        info={_SHARED: (*shared, *(() if where is None else (f"({where})",)))},
    )


def overlaps(table: Table, one: str, other: str) -> list[str]:
    """For each such constraint of a table: when a row of one alias excludes a row of the other."""
    period = "daterange({row}starts_on, {row}ends_before)"
    found = []
    for constraint in sorted(table.constraints, key=lambda constraint: str(constraint.name)):
        if _SHARED not in constraint.info:
            continue
        rows = [
            (part.format(row=f"{one}."), part.format(row=f"{other}.")) for part in constraint.info[_SHARED]
        ]
        same = [f"{left} = {right}" for left, right in rows]
        found.append(
            " AND ".join([*same, f"{period.format(row=f'{one}.')} && {period.format(row=f'{other}.')}"])
        )
    return found
