"""Assertions in SQL: what a statement says, whether it is preferred, and who may know of it.

Part of the printer. A record's own values are statements too where nobody else speaks of the field; they are
put beside the stored ones here. How a preferred value is chosen is the database's business (docs/truth.md).
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Date, Text, and_, cast, func, or_, select, union_all
from sqlalchemy.dialects.postgresql import JSONB, array

from models import Assertion
from resolvers import plan
from resolvers.json_text import quoted, raw
from resolvers.mapping import Row, Scope

if TYPE_CHECKING:
    from resolvers.conditions import Conditions, Table

COLUMNS = tuple(column.name for column in Assertion.__table__.c if column.name != "comparable")


def value(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The value as text: a number with all its digits, a list as JSON; NULL where there is none."""
    return row["value"].op("#>>")(raw("'{}'::text[]"))


def since(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The first day of the period, or NULL where it is open."""
    return func.lower(row["valid"])


def until(row: Row, scope: Scope) -> ColumnElement[Any]:  # noqa: ARG001 - the shape of an Expression
    """The last day of the period (the range holds the day after it), or NULL where it is open."""
    return cast(func.upper(row["valid"]) - raw("1"), Date)


def is_preferred(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Whether the record shows this value; a record's own word that stands alone has no id and is."""
    return or_(row["id"].is_(None), _chosen(row, scope, "assertion_id"))


def is_pinned(row: Row, scope: Scope) -> ColumnElement[Any]:
    """Whether an editor pinned it."""
    return _chosen(row, scope, "pinned_id")


def _chosen(row: Row, scope: Scope, by: str) -> ColumnElement[bool]:
    query = select(raw("1")).select_from(scope.rows("preference", "pr"))
    # A merged record keeps what it preferred, should the merge be undone.
    return query.where(raw(f"pr.{by}") == row["id"], raw("pr.entity_id") == row["entity_id"]).exists()


def _is_fact(row: Row) -> ColumnElement[bool]:
    """Whether it speaks of a field of facts: what importers keep of names is in lower case."""
    return row["field"] == func.upper(row["field"])


def is_shown(conditions: "Conditions", row: Row) -> ColumnElement[bool]:
    """What is said of a fact is known to those who may see the record."""
    return and_(_is_fact(row), of_visible_entity(conditions, row))


def of_visible_entity(conditions: "Conditions", row: Row) -> ColumnElement[bool]:
    """Whether the record that is spoken of is visible."""
    entity = conditions.part("entity")
    query = select(raw("1")).select_from(entity.source)
    return query.where(entity["id"] == row["entity_id"], conditions.audience(entity)).exists()


def is_disagreed(conditions: "Conditions", row: Row) -> ColumnElement[bool]:
    """Two statements that the viewer may see do not agree: a hidden one makes no conflict visible."""
    one, other = conditions.part("assertion"), conditions.part("assertion")
    pair: list[ColumnElement[bool]] = [other["id"] > one["id"]]
    for said in (one, other):
        pair += [
            said["entity_id"] == row["entity_id"],
            said["field"] == row["field"],
            conditions.audience(said),
        ]
    values = (said[name] for name in ("comparable", "unit", "valid") for said in (one, other))
    query = select(raw("1")).select_from(one.source, other.source)
    disagree = query.where(*pair, func.assertions_disagree(*values)).exists()
    return and_(of_visible_entity(conditions, row), disagree)


def statements(conditions: "Conditions", node: plan.Listed, row: Row) -> "Table":
    """The rows of a list of statements about a record: what was asserted, and of fields of which nobody
    else speaks the record's own values, by its own source."""
    stored = conditions.part("assertion")
    columns_of = (*COLUMNS, *conditions.rights("assertion"))
    told = select(*(stored[name].label(name) for name in columns_of)).select_from(stored.source)
    told = told.where(stored["entity_id"] == row["id"], conditions.audience(stored), _is_fact(stored))
    wanted = _literals(node)
    own = [columns for columns in node.field.own if wanted is None or columns.code in wanted]
    arms = [told]
    if own:
        name = conditions.name()
        none: ColumnElement[Any] = raw("NULL::text", Text())
        rows = func.unnest(
            array([quoted(columns.code) for columns in own]),
            array([func.to_jsonb(row[columns.value], type_=JSONB()) for columns in own]),
            array([row[columns.unit] if columns.unit else none for columns in own]),
        ).table_valued("field", "value", "unit")
        field, said = raw(f"{name}.field", Text()), raw(f"{name}.value", JSONB())
        spoken = conditions.part("preference")
        others = select(raw("1")).select_from(spoken.source)
        others = others.where(spoken["entity_id"] == row["id"], spoken["field"] == field)
        values: dict[str, ColumnElement[Any]] = {
            "id": raw("NULL::uuid"),
            "entity_id": row["id"],
            "field": field,
            "value": said,
            "unit": raw(f"{name}.unit", Text()),
            "valid": raw("'(,)'::daterange"),
            "source_id": row["source_id"],
            "owner_id": row["owner_id"],
            "audience": row["audience"],
            "confidence": raw("NULL::float"),
            "rank": raw("0"),
            "is_own": raw("true"),
            "recorded_from": row["recorded_from"],
        }
        values |= {right: row[right] for right in conditions.rights("assertion")}
        kept = select(*(values[column].label(column) for column in columns_of))
        kept = kept.select_from(rows.render_derived(name=name))
        arms.append(kept.where(said.is_not(None), ~others.exists()))
    return conditions.named(union_all(*arms) if len(arms) > 1 else told)


def _literals(node: plan.Listed) -> set[str] | None:
    """The fields that the document itself names; None where it names none, or by a variable."""
    for column, bind in node.equal:
        if column == "field" and isinstance(bind.source, plan.Constant):
            given = bind.source.value
            return {str(code) for code in (given if isinstance(given, list) else [given])}
    return None
