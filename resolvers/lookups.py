"""Conditions on texts and lists in SQL, and the functions that find their rows by an index.

Under row security an operator that is not leakproof uses no index; a function does, with the caller's
rights applied inside (models/migrations/graph). Part of the printer (resolvers/sql.py).
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import array

from models import Base
from resolvers import mapping, plan
from resolvers.json_text import quoted, raw
from resolvers.mapping import Column

if TYPE_CHECKING:
    from resolvers.conditions import Conditions

TEXT_OPERATORS = ("contains", "startsWith", "matches")
NAMED = "entities_named"
"""The function that gives whole records by their names, for lists at the root."""


def text(
    conditions: "Conditions",
    column: Column,
    value: ColumnElement[Any],
    operator: str,
    given: ColumnElement[Any],
    row: mapping.Row,
) -> ColumnElement[bool]:
    """Whether a text has what was asked for, both folded."""
    patterns = _patterns(operator, given)
    if _is_looked_up(conditions, column):
        return _among(conditions, str(column.lookup), patterns, row)
    own = func.common.fold(value) if column.folded is None else row[column.folded]
    if operator == "matches":
        return own.like(func.all(patterns))
    return own.like(_pattern(operator, given))


def overlaps(
    conditions: "Conditions",
    column: Column,
    value: ColumnElement[Any],
    given: ColumnElement[Any],
    row: mapping.Row,
) -> ColumnElement[bool]:
    """Whether a list has one of the given elements."""
    if _is_looked_up(conditions, column):
        return _among(conditions, str(column.lookup), given, row)
    return value.op("&&", is_comparison=True)(given)


def named(conditions: "Conditions", node: plan.Connection) -> tuple[plan.Compare, Any] | None:
    """For a root list of records by name: the condition on the name, and the records that meet it.

    The records come whole from the function, so that none is looked up a second time.
    """
    if not isinstance(node.field, mapping.Many) or node.target.table != "entity":
        return None
    for part in plan.demanded(node.condition):
        if (
            isinstance(part, plan.Compare)
            and part.column.name == "name"
            and part.operator in TEXT_OPERATORS
            and isinstance(part.bind, plan.Bind)
            and _is_looked_up(conditions, part.column)
        ):
            kinds = array([quoted(kind) for kind in node.target.kinds])
            found = getattr(func, NAMED)(_patterns(part.operator, conditions.param(part.bind)), kinds)
            return part, found.table_valued(*Base.metadata.tables["entity"].c)
    return None


def _pattern(operator: str, given: ColumnElement[Any]) -> ColumnElement[Any]:
    start = func.common.fold(given).concat(quoted("%"))
    return start if operator == "startsWith" else quoted("%").concat(start)


def _patterns(operator: str, given: ColumnElement[Any]) -> ColumnElement[Any]:
    if operator == "matches":
        patterns: ColumnElement[Any] = func.common.word_patterns(given)
        return patterns
    return array([_pattern(operator, given)])


def _is_looked_up(conditions: "Conditions", column: Column) -> bool:
    return column.lookup is not None and conditions.role != "editor" and conditions.known_at is None


def _among(
    conditions: "Conditions", function: str, given: ColumnElement[Any], row: mapping.Row
) -> ColumnElement[bool]:
    found = getattr(func, function)(given).table_valued("id")
    name = conditions.name()
    ids = select(raw(f"{name}.id")).select_from(found.render_derived(name=name))
    return row["id"].in_(ids)
