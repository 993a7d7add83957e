"""What the tests over every declared kind share: the kinds, their columns, their rows as a viewer sees them.

No expectation is computed here; that is the business of tests/test_kinds.py and tests/test_kind_pages.py.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar

import pytest

import schema as api
from resolvers import mapping
from resolvers.filters import sortable
from resolvers.mapping import Value
from resolvers.viewer import Viewer
from tests import graph
from tests.conftest import EDITOR, Ask

KINDS = [(singular, plural, cls.__name__) for singular, plural, cls in api.KINDS]
FACTS = [(singular, plural, cls.__name__) for singular, plural, cls in api.FACTS]
DAY = "2021-01-01"
Row = dict[str, Any]
T = TypeVar("T")


def type_map(name: str) -> mapping.TypeMap:
    """What is declared of a kind."""
    return api.CATALOG.types[name]


def columns(name: str, wanted: Callable[[mapping.Column], bool]) -> dict[str, mapping.Column]:
    """The columns of a kind by the name of their field."""
    found = {field: sortable(made) for field, made in type_map(name).fields.items()}
    return {field: column for field, column in found.items() if column is not None and wanted(column)}


def is_money(name: str, field: str) -> bool:
    """Whether a field may be added up and put in order within one currency only (tests/test_money.py)."""
    made = type_map(name).fields[field]
    return isinstance(made, mapping.Composite) and made.unit is not None


def selected(name: str) -> str:
    """Selects everything that a kind can be filtered, ordered or grouped by."""
    parts = []
    for field, made in type_map(name).fields.items():
        if isinstance(made, mapping.Composite) and made.sort:
            parts.append(f"{field}: {field} {{ value: {made.sort} }}")
        elif isinstance(made, mapping.Column):
            parts.append(field)
    return " ".join(parts)


def plain(row: Row) -> Row:
    """A record with composites replaced by the part that stands for them."""
    return {key: value["value"] if isinstance(value, dict) else value for key, value in row.items()}


async def records(
    ask: Ask,
    plural: str,
    name: str,
    viewer: Viewer = EDITOR,
    *,
    is_current: bool = True,
    as_of: str | None = DAY,
) -> list[Row]:
    """All records of a kind that the viewer sees, by id; unless `is_current`, withdrawn ones too."""
    where = {} if is_current else {"recordStatus": {"isNull": False}}
    answer = await ask(
        f"query ($where: {name}Where, $day: Date) {{ {plural}(first: 100, where: $where, asOf: $day) "
        f"{{ nodes {{ {selected(name)} }} }} }}",
        {"where": where, "day": as_of},
        viewer=viewer,
    )
    assert "errors" not in answer
    return [plain(row) for row in answer["data"][plural]["nodes"]]


def comparable(column: mapping.Column, value: Any) -> Any:
    """A value as PostgreSQL orders it: texts by code points, decimals by number."""
    return Decimal(value) if column.value is Value.DECIMAL else value


every_kind = pytest.mark.parametrize(
    ("singular", "plural", "name"), [pytest.param(*kind, id=kind[1]) for kind in KINDS]
)

every_fact = pytest.mark.parametrize(
    ("singular", "plural", "name"), [pytest.param(*fact, id=fact[1]) for fact in FACTS]
)


def visible_rows(name: str, who: Viewer) -> list[Row]:
    """Rows of the graph that a viewer may see, by id."""
    seen = {
        "reader": ["PUBLIC"],
        "partner": ["PUBLIC", "PARTNERS"],
        "editor": ["PUBLIC", "PARTNERS", "OWNER"],
    }
    declared = type_map(name)
    rows = graph.facts()[declared.table] if name in {fact for *_, fact in FACTS} else graph.entity_rows()
    return [
        row
        for row in rows
        if row.get("kind") in declared.kinds or not declared.kinds
        if row["audience"] in seen[who.role]
        or (who.partner_id is not None and row["owner_id"] == who.partner_id)
    ]


def turns(items: Iterable[T], name: str, field: str) -> list[T]:
    """What to try of a field: all items where the field is the kind's own; of those that every kind has,
    one, another one for each kind, so that all are tried by the eleven kinds together."""
    found, shared = list(items), list(type_map("Entity").fields)
    if field not in shared or not found:
        return found
    names = [kind for *_, kind in KINDS]
    return [found[(names.index(name) + shared.index(field)) % len(found)]]
