"""A table as it was believed at an instant: its live rows and those of its history, by record time.

Part of the printer (resolvers/conditions.py). Who may see a row is judged by its record as it is now: the
history carries these rights in columns of their own (models/history.py). Not its business: which tables a
statement reads.
"""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, select, union_all

from models import HISTORY
from models.history import current, rights_of
from resolvers.json_text import raw

FOREVER = "'infinity'::timestamptz"


def known_rows(table: Table, name: str, instant: ColumnElement[Any]) -> FromClause:
    """The rows of a recorded table that were believed at the instant, under an alias.

    The conditions on record time stand outside of the UNION ALL: PostgreSQL makes of such a one a single
    relation with two members, and carries every other condition, also those of joins, to the indexes of both.
    """
    history, rights = HISTORY[table.name], rights_of(table)
    live, past, both = table.alias(f"{name}_l"), history.alias(f"{name}_p"), f"{name}_b"
    names = [column.name for column in table.columns]
    members = union_all(
        select(
            *(live.c[one] for one in names),
            *(live.c[one].label(current(one)) for one in rights),
            raw(FOREVER).label("recorded_until"),
        ),
        select(
            *(past.c[one] for one in names),
            *(past.c[current(one)] for one in rights),
            past.c["recorded_until"],
        ),
    ).subquery(both)
    shown = [members.c[one] for one in (*names, *map(current, rights))]
    query = select(*shown).where(members.c["recorded_from"] <= instant, members.c["recorded_until"] > instant)
    return query.subquery(name)
