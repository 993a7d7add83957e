"""The condition that a viewer may see a row, in SQL: the first of the two walls.

The second is row security in PostgreSQL. Not its business: personal fields, which have audiences of their own
(resolvers/conditions.py).
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, or_, true

from resolvers.json_text import quoted
from resolvers.mapping import Row
from resolvers.viewer import ViewerRole


def may_see(
    role: ViewerRole,
    row: Row,
    partner: Callable[[], ColumnElement[Any]],
    right: Callable[[str], str],
) -> ColumnElement[bool]:
    """Whether a viewer of this role, whose partner's id is `partner()`, may see a row.

    `right` names the column that holds an audience or owner as it is today.
    """
    if role == "editor":
        return true()
    if role == "reader":
        return row[right("audience")] == quoted("PUBLIC")
    return or_(
        row[right("audience")].in_([quoted("PUBLIC"), quoted("PARTNERS")]),
        row[right("owner_id")] == partner(),
    )
