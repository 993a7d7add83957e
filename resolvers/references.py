"""An EntityRef in SQL: which row it names, by columns or by an identifier.

Part of the printer (resolvers/sql.py). How a reference is read from input is the business of
resolvers/filters.py.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select

from resolvers import mapping, plan
from resolvers.json_text import raw

if TYPE_CHECKING:
    from resolvers.conditions import Conditions


def is_named(
    conditions: "Conditions", row: mapping.Row, reference: plan.Reference, target: mapping.TypeMap
) -> list[ColumnElement[bool]]:
    """The conditions that the row of `target` is the one that a reference names."""
    equal, identifier = reference
    found = [row[column] == conditions.param(bind) for column, bind in equal]
    if identifier is not None:
        found.append(row["id"] == _identified(conditions, *identifier))
        may_know = conditions.may_know(target.found_by, row)
        found += [] if may_know is None else [may_know]
    return found


def id_of(conditions: "Conditions", reference: plan.Reference, target: mapping.TypeMap) -> ColumnElement[Any]:
    """The id of the row that a reference names, null where there is none to see."""
    table = conditions.table(target)
    query = select(table["id"]).select_from(table.source)
    query = query.where(*is_named(conditions, table, reference, target))
    return query.where(*conditions.visible(table, target)).scalar_subquery()


def _identified(
    conditions: "Conditions", scheme: plan.Bind, value: plan.Bind, partner: plan.Bind | None
) -> ColumnElement[Any]:
    identifier = conditions.part("identifier")
    query = select(identifier["entity_id"]).select_from(identifier.source)
    query = query.where(identifier["scheme"] == conditions.param(scheme))
    query = query.where(identifier["value"] == conditions.param(value))
    if partner is not None:
        owner = conditions.part("common.partner")
        named = select(owner["id"]).where(owner["slug"] == conditions.param(partner))
        query = query.where(identifier["partner_id"] == named.select_from(owner.source).scalar_subquery())
    # A withdrawn record's identifier still finds it, after an active claimant.
    query = query.order_by(identifier["is_active"].desc(), identifier["entity_id"])
    return query.limit(raw("1")).scalar_subquery()
