"""Statements and assertions as the oracle knows them, written from docs/truth.md."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from resolvers.mapping import Parts, TypeMap
from resolvers.viewer import Viewer
from tests.oracle import sight
from tests.oracle.tables import Row, Tables


def text_of(value: Any) -> str | None:
    """A value as a statement gives it: text as it is, numbers with their digits, lists as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | list):
        return json.dumps(value, ensure_ascii=False)
    return (
        value.isoformat()
        if isinstance(value, date)
        else format(value, "f" if isinstance(value, Decimal) else "")
    )


def stored(row: Row) -> Any:
    """The value of an assertion's row."""
    return json.loads(row["value"], parse_float=Decimal, parse_int=Decimal)


def is_chosen(tables: Tables, row: Row, column: str) -> bool:
    """Whether a preference names the assertion."""
    chosen = tables.where("preference", column, row["id"])
    return any(preference["entity_id"] == row["entity_id"] for preference in chosen)


def is_shown(tables: Tables, viewer: Viewer, target: TypeMap, row: Row) -> bool:
    """Whether the record that an assertion speaks of is visible too; whether the viewer is a side of what is
    contested."""
    if target.table in ("dispute", "correction"):
        return _is_side(tables, viewer, row)
    if target.table == "change" and row["kind"] in ("DISPUTE", "CORRECTION"):
        about = tables.where(row["kind"].lower(), "id", row["record_id"])
        return viewer.role == "editor" or any(_is_side(tables, viewer, one) for one in about)
    if target.name != "Assertion":
        return True
    return any(sight.may_see(viewer, entity) for entity in tables.where("entity", "id", row["entity_id"]))


def _is_side(tables: Tables, viewer: Viewer, row: Row) -> bool:
    if viewer.role != "partner":
        return viewer.role == "editor"
    touched = {row.get(name) for name in ("entity_id", "subject_id", "object_id")} - {None}
    owners = {entity["owner_id"] for id_ in touched for entity in tables.where("entity", "id", id_)}
    return viewer.partner_id in {row["owner_id"], row.get("stated_by"), *owners}


def is_disputed(tables: Tables, statement: Any) -> bool:
    """Whether an open dispute names the relation or assertion."""
    return statement is not None and any(
        one["status"] == "OPEN"
        for column in ("relation_id", "assertion_id")
        for one in tables.where("dispute", column, statement)
    )


def statements(tables: Tables, viewer: Viewer, entity: Row, field: Parts) -> Iterator[dict[str, Any]]:
    """What is said of an entity's fields; its own values where nobody else speaks of the field."""
    for row in tables.where("assertion", "entity_id", entity["id"]):
        if sight.may_see(viewer, row):
            yield dict(row)
    spoken = {row["field"] for row in tables.where("preference", "entity_id", entity["id"])}
    for columns in field.own:
        if columns.code in spoken or entity[columns.value] is None:
            continue
        yield {
            **{key: entity[key] for key in ("source_id", "owner_id", "audience", "recorded_from")},
            "id": None,
            "entity_id": entity["id"],
            "field": columns.code,
            "own": entity[columns.value],
            "unit": entity[columns.unit] if columns.unit else None,
            "valid": None,
            "confidence": None,
            "rank": 0,
            "is_own": True,
        }
