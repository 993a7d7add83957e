"""Matches in SQL: the call of match_experts and its like, and what a score rests on written as JSON.

Part of the printer (resolvers/sql.py). The functions (models/migrations/graph) run with the caller's own
rights and are also given the conditions that the compiler puts on every table.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, Numeric, case, cast, func, select
from sqlalchemy.dialects.postgresql import array

from models.vocabulary import EVENT_ROLES
from resolvers import mapping, matching, plan, rights
from resolvers.json_text import Part, concat, keyed, or_null, quoted, raw
from resolvers.mapping import Value
from resolvers.references import id_of

if TYPE_CHECKING:
    from resolvers.conditions import Conditions
    from resolvers.sql import Printer

_NUMERIC = Numeric()
COLUMNS = (
    *("id", "score", *matching.WEIGHTS),
    *("wanted", "wanted_fields", "wanted_levels", "required", "held", "levels", "steps", "worths"),
    *(
        "verticals",
        "vertical_worths",
        "vertical_organizations",
        "place_how",
        "km",
        "availability",
        "opens_on",
    ),
    *("closes_on", "languages", "spoken", "organization", "relation"),
)
"""What the functions return, in their order."""
SCALARS = {
    "how": ("place_how", Value.ENUM),
    "km": ("km", Value.FLOAT),
    "availability": ("availability", Value.ENUM),
    "opensOn": ("opens_on", Value.DATE),
    "closesOn": ("closes_on", Value.DATE),
    "wanted": ("languages", Value.TEXTS),
    "spoken": ("spoken", Value.TEXTS),
}
OF_A_SKILL = {
    "wantedLevel": ("wanted_level", Value.ENUM),
    "isRequired": ("is_required", Value.BOOLEAN),
    "level": ("level", Value.ENUM),
    "steps": ("steps", Value.INT),
    "worth": ("worth", Value.FLOAT),
}


def hits(conditions: "Conditions", node: plan.Connection, name: str) -> FromClause:
    """The best matches, and for those of the page what their scores rest on, under a name."""
    assert isinstance(node.field, mapping.Match)
    assert node.match is not None
    today = plan.Bind(plan.TODAY, "date", "date", "asOf")
    cursor = node.page.cursor
    found: Any = getattr(func, node.field.function)(
        quoted(node.match.kind),
        id_of(conditions, node.match.subject, node.match.target),
        array([conditions.param(bind) for bind in node.match.weights]),
        conditions.param(node.as_of or today),
        *rights.of_viewer(conditions, of_persons=True),
        rights.texts(sorted(EVENT_ROLES)),
        raw(str(matching.DEPTH)),
        raw(str(node.page.size)),
        *(map(conditions.param, cursor) if cursor else (raw("NULL::float8"), raw("NULL::uuid"))),
    )
    return found.table_valued(*COLUMNS).render_derived(name=name)  # type: ignore[no-any-return]


class Evidence:
    """Prints what a match rests on, out of the columns that its page carries."""

    def __init__(self, printer: "Printer", node: plan.Connection, search: str, page: str) -> None:
        assert node.match is not None
        self.printer, self.match, self.search, self.page = printer, node.match, search, page
        self.needed: dict[str, ColumnElement[Any]] = {}
        """Columns that the page must carry, by their names in it."""

    def printed(self, part: plan.PathPart) -> list[Part]:
        """The JSON object of `parts`."""
        entries: list[tuple[str, list[Part]]] = []
        for key, name, inner in part.entries:
            if isinstance(inner, plan.PathPart):
                made = concat(self._part(name, inner))
                entries.append((key, [case((self._column(name).is_(None), quoted("null")), else_=made)]))
            else:
                assert isinstance(inner, plan.TypeName)
                entries.append((key, self.printer.node(inner, None)))
        return keyed(entries)

    def _column(self, name: str) -> ColumnElement[Any]:
        self.needed[f"x_{name}"] = raw(f"{self.search}.{name}")
        return raw(f"{self.page}.x_{name}")

    def _scalar(self, value: ColumnElement[Any], type_: Value) -> list[Part]:
        return self.printer.scalar(mapping.Column("", type_), value)

    def _part(self, part: str, selected: plan.PathPart) -> list[Part]:
        """One part of a score with its evidence."""
        entries: list[tuple[str, list[Part]]] = []
        for key, name, inner in selected.entries:
            value: list[Part]
            if isinstance(inner, plan.TypeName):
                value = self.printer.node(inner, None)
            elif isinstance(inner, plan.PathPart):
                listed = self._trades(inner) if name == "verticals" else self._skills(inner, part == "field")
                value = ["[", listed, "]"]
            elif isinstance(inner, plan.Selection):
                value = [or_null(self.printer.by_id(inner, self._column(name)))]
            elif name == "score":
                value = self._scalar(func.round(cast(self._column(part), _NUMERIC), raw("4")), Value.FLOAT)
            elif name == "weight":
                bind = self.match.weights[list(matching.WEIGHTS).index(part)]
                value = self._scalar(self.printer.conditions.param(bind), Value.FLOAT)
            else:
                column, type_ = SCALARS[name]
                value = self._scalar(self._rounded(column), type_)
            entries.append((key, value))
        return keyed(entries)

    def _rounded(self, column: str) -> ColumnElement[Any]:
        found = self._column(column)
        return func.round(cast(found, _NUMERIC), raw("1")) if column == "km" else found

    def _skills(self, selected: plan.PathPart, is_field: bool) -> ColumnElement[Any]:
        """The wanted skills of a part, each with the held one that meets it best."""
        arrays = ("wanted", "wanted_fields", "wanted_levels", "required", "held", "levels", "steps", "worths")
        columns = ("wanted", "is_field", "wanted_level", "is_required", "held", "level", "steps", "worth")
        rows, name = self._unnested(arrays, columns)
        entries: list[tuple[str, list[Part]]] = []
        for key, field, inner in selected.entries:
            value: list[Part]
            if isinstance(inner, plan.TypeName):
                value = self.printer.node(inner, None)
            elif isinstance(inner, plan.Selection):
                value = [or_null(self.printer.by_id(inner, raw(f"{name}.{field}")))]
            elif field == "kinship":
                value = [_kinship(raw(f"{name}.steps"))]
            else:
                column, type_ = OF_A_SKILL[field]
                value = self._scalar(raw(f"{name}.{column}"), type_)
            entries.append((key, value))
        found = func.string_agg(concat(keyed(entries)), raw(f"',' ORDER BY {name}.place"))
        wanted = raw(f"{name}.is_field") == raw("true" if is_field else "false")
        return select(found).select_from(rows).where(wanted).scalar_subquery()

    def _trades(self, selected: plan.PathPart) -> ColumnElement[Any]:
        """The fields of business in common, each with the company through which."""
        arrays = ("verticals", "vertical_worths", "vertical_organizations")
        rows, name = self._unnested(arrays, ("vertical", "worth", "organization"))
        entries: list[tuple[str, list[Part]]] = []
        for key, field, inner in selected.entries:
            value: list[Part]
            if isinstance(inner, plan.TypeName):
                value = self.printer.node(inner, None)
            elif isinstance(inner, plan.Selection):
                remote = inner.type.key[0]
                value = [or_null(self.printer.by_id(inner, raw(f"{name}.{field}"), remote))]
            else:
                value = self._scalar(raw(f"{name}.worth"), Value.FLOAT)
            entries.append((key, value))
        found = func.string_agg(concat(keyed(entries)), raw(f"',' ORDER BY {name}.place"))
        return select(found).select_from(rows).scalar_subquery()

    def _unnested(self, arrays: tuple[str, ...], columns: tuple[str, ...]) -> tuple[FromClause, str]:
        name = self.printer.conditions.name()
        rows = func.unnest(*map(self._column, arrays)).table_valued(*columns, with_ordinality="place")
        return rows.render_derived(name=name), name


def _kinship(steps: ColumnElement[Any]) -> ColumnElement[Any]:
    return case(
        (steps.is_(None), quoted("null")),
        (steps == raw("0"), quoted('"EXACT"')),
        (steps > raw("0"), quoted('"NARROWER"')),
        else_=quoted('"BROADER"'),
    )
