"""Objects that stand on no table in SQL: their rows as a LATERAL query, written as JSON.

Part of the printer (resolvers/sql.py). An argument that refers to nothing the viewer may see is refused by
the statement itself (the function `refuse` of models/migrations/graph), since only it can know.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, cast, func, select
from sqlalchemy.types import Uuid

from resolvers import mapping, plan
from resolvers.json_text import Named, Part, concat, or_null, quoted, raw
from resolvers.references import id_of

if TYPE_CHECKING:
    from resolvers.sql import Printer

MANY = {"region": "regions(where: ...)", "vertical": "verticals"}
"""Where the keys of a table are listed."""


def printed(printer: "Printer", node: plan.Derived, row: mapping.Row | None) -> list[Part]:
    """The JSON of the object, or of the list of objects."""
    scope = printer.conditions.scope(node.as_of)
    name = printer.conditions.name()
    rows = node.field.rows(row, scope, _given(printer, node))
    item = concat(printer.object(node.selection, Named(name)))
    found = select(item.label("item")).select_from(rows.lateral(name))
    if node.size is None and node.field.length is None:
        return [or_null(found.scalar_subquery())]
    if node.size is not None:
        found = found.limit(raw(str(node.size)))
    inner = found.subquery(printer.conditions.name())
    return ["[", select(func.string_agg(inner.c.item, quoted(","))).scalar_subquery(), "]"]


def _given(printer: "Printer", node: plan.Derived) -> dict[str, ColumnElement[Any]]:
    """The arguments in SQL, by name; optional ones that were not given are null."""
    found: dict[str, ColumnElement[Any]] = {}
    for name, target, reference in node.references:
        id_ = cast(id_of(printer.conditions, reference, target), Text)
        what = target.name[0].lower() + target.name[1:]
        message = quoted(f"There is no {what} to see for {name}.")
        hint = quoted("Compare the id, slug or identifier; search finds entities by name.")
        found[name] = cast(func.coalesce(id_, func.refuse(quoted("TH404"), message, hint)), Uuid())
    for name, table, bind in node.codes:
        part = printer.conditions.part(table)
        code = (
            select(part["code"])
            .select_from(part.source)
            .where(part["code"] == printer.conditions.param(bind))
        )
        message = quoted(f"There is no {table} with this code.")
        hint = quoted(f"A code is written as in {MANY[table]} {{ nodes {{ code name }} }}.")
        refused = func.refuse(quoted("TH404"), message, hint)
        found[name] = func.coalesce(code.scalar_subquery(), refused)
    for name in node.field.codes:
        found.setdefault(name, raw("NULL::text"))
    return found
