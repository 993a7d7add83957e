"""The conditions that a viewer may see a row, and know a personal field of it, in SQL: the first wall.

The second is row security in PostgreSQL, which knows rows, not columns. Where the conditions are asked for is
the business of resolvers/conditions.py.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, or_, true

from resolvers import plan
from resolvers.json_text import quoted, raw
from resolvers.mapping import Row
from resolvers.viewer import ViewerRole

if TYPE_CHECKING:
    from resolvers.conditions import Conditions


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
    # The form for which PostgreSQL finds the best plans, as in row security (models/migrations/ddl.py).
    audience = row[right("audience")]
    return or_(
        audience == quoted("PUBLIC"),
        audience == quoted("PARTNERS"),
        (row[right("owner_id")] == partner()).is_(true()),
    )


def may_know(
    role: ViewerRole,
    row: Row,
    partner: Callable[[], ColumnElement[Any]],
    right: Callable[[str], str],
    field: tuple[str, str],
    knows_persons: bool = True,
) -> ColumnElement[bool] | None:
    """Whether such a viewer is within the audience of a personal field of a row; None: always.

    `field` is the audience's column and what NULL in it means. Without `knows_persons` what is open to
    partners is not open to this one.
    """
    if role == "editor":
        return None
    audience, default = field
    level = func.coalesce(row[right(audience)], quoted(f"{default}"))
    if role == "reader":
        return level == quoted("PUBLIC")
    audiences = ("PUBLIC", "PARTNERS") if knows_persons else ("PUBLIC",)
    within = level.in_([quoted(audience) for audience in audiences])
    return or_(within, row[right("owner_id")] == partner())


def of_viewer(
    conditions: "Conditions", *, of_persons: bool = False
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The same for a search inside PostgreSQL: the audiences that may be seen (null: any), the partner who
    may see its own rows. `of_persons`: the search judges personal fields by the same audiences."""
    if conditions.role == "editor":
        return raw("NULL::text[]"), raw("NULL::uuid")
    if conditions.role == "reader":
        return raw("'{PUBLIC}'::text[]"), raw("NULL::uuid")
    partner = plan.Bind(plan.PARTNER, "partner", "uuid", "viewer")
    is_open = conditions.knows_persons or not of_persons
    return raw("'{PUBLIC,PARTNERS}'::text[]" if is_open else "'{PUBLIC}'::text[]"), conditions.param(partner)


def texts(values: Iterable[str]) -> ColumnElement[Any]:
    """An array of words of our own, such as roles."""
    return raw(f"'{{{','.join(values)}}}'::text[]")
