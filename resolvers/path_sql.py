"""`paths` in SQL: the search as a call of find_paths, and its answer written as JSON.

Part of the printer (resolvers/sql.py). The search is an SQL function (models/migrations/graph) that runs with
the caller's own rights and is also given the conditions that the compiler puts on every table.
"""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, case, cast, func, select

from models.vocabulary import EVENT_ROLES
from resolvers import mapping, paths, plan, rights
from resolvers.json_text import Named, Part, concat, keyed, or_null, quoted, raw
from resolvers.references import id_of
from resolvers.sources import SYMMETRIC

if TYPE_CHECKING:
    from resolvers.sql import Printer


def printed(printer: "Printer", node: plan.Paths) -> ColumnElement[Any]:
    """The JSON object of a PathResult, as one text expression."""
    conditions = printer.conditions
    name = conditions.name()
    search = func.find_paths(
        raw(str(node.hops)),
        raw(str(node.size)),
        raw(str(paths.BUDGET)),
        raw(f"interval '{paths.PATIENCE_SECONDS} s'"),
        id_of(conditions, node.start, node.target),
        id_of(conditions, node.goal, node.target),
        raw("NULL::text[]") if node.roles is None else conditions.param(node.roles),
        raw("NULL::text[]") if node.kinds is None else conditions.param(node.kinds),
        raw("NULL::date") if node.as_of is None else conditions.param(node.as_of),
        conditions.param(plan.Bind(plan.TODAY, "date", "date", "asOf")),
        *rights.of_viewer(conditions),
        rights.texts(sorted(EVENT_ROLES)),
        rights.texts(list(paths.ROLE_WEIGHTS)),
        raw(f"'{{{','.join(map(str, paths.ROLE_WEIGHTS.values()))}}}'::float8[]"),
        raw(str(paths.FAN_OUT)),
    ).table_valued("lengths", "strengths", "nodes", "relations", "is_truncated", "visited")
    entries: list[tuple[str, list[Part]]] = []
    for key, field, inner in node.outputs.entries:
        value: list[Part] = [cast(raw(f"{name}.{'is_truncated' if field == 'truncated' else field}"), Text)]
        if isinstance(inner, plan.TypeName):
            value = printer.node(inner, None)
        elif isinstance(inner, plan.PathPart):
            value = ["[", _paths(printer, node, inner, name), "]"]
        entries.append((key, value))
    found = select(concat(keyed(entries))).select_from(search.render_derived(name=name))
    return found.scalar_subquery()


def _paths(printer: "Printer", node: plan.Paths, part: plan.PathPart, search: str) -> ColumnElement[Any]:
    """The paths, out of the search's arrays: `skipped` hops belong to the paths before."""
    name, unnested = printer.conditions.name(), printer.conditions.name()
    lists = func.unnest(raw(f"{search}.lengths"), raw(f"{search}.strengths"))
    rows = lists.table_valued("length", "strength", with_ordinality="place").render_derived(name=unnested)
    skipped = raw(f"sum({unnested}.length) OVER (ORDER BY {unnested}.place) - {unnested}.length")
    counted = select(raw(f"{unnested}.*"), skipped.label("skipped")).select_from(rows).subquery(name)
    entries: list[tuple[str, list[Part]]] = []
    for key, field, inner in part.entries:
        value: list[Part] = [cast(raw(f"{name}.{field}"), Text)]
        if isinstance(inner, plan.TypeName):
            value = printer.node(inner, None)
        elif isinstance(inner, plan.Selection):
            value = ["[", _nodes(printer, inner, search, name), "]"]
        elif isinstance(inner, plan.PathPart):
            value = ["[", _hops(printer, node, inner, search, name), "]"]
        entries.append((key, value))
    return _joined(concat(keyed(entries)), f"{name}.place", counted)


def _joined(item: ColumnElement[Any], order: str, *rows: Any) -> ColumnElement[Any]:
    joined = func.string_agg(item, raw(f"',' ORDER BY {order}"))
    return select(joined).select_from(*rows).scalar_subquery()


def _nodes(printer: "Printer", selection: plan.Selection, search: str, path: str) -> ColumnElement[Any]:
    name = printer.conditions.name()
    place = func.generate_series(raw("0"), raw(f"{path}.length")).table_valued("n").render_derived(name=name)
    id_ = raw(f"{search}.nodes[{path}.skipped + {path}.place + {name}.n]")
    found = printer.by_id(selection, id_)
    return _joined(found, f"{name}.n", place)


def _hops(
    printer: "Printer", node: plan.Paths, part: plan.PathPart, search: str, path: str
) -> ColumnElement[Any]:
    numbers, name = printer.conditions.name(), printer.conditions.name()
    number = func.generate_series(raw("1"), raw(f"{path}.length")).table_valued("n")
    columns = [
        raw(f"{numbers}.n"),
        raw(f"{search}.relations[{path}.skipped + {numbers}.n]").label("relation_id"),
        raw(f"{search}.nodes[{path}.skipped + {path}.place + {numbers}.n - 1]").label("from_id"),
        raw(f"{search}.nodes[{path}.skipped + {path}.place + {numbers}.n]").label("to_id"),
    ]
    hops = select(*columns).select_from(number.render_derived(name=numbers)).lateral(name)
    hop, relation = Named(name), printer.conditions.table(node.relation)
    entries: list[tuple[str, list[Part]]] = []
    for key, field, inner in part.entries:
        value: list[Part]
        if isinstance(inner, plan.Selection):
            value = (
                printer.object(inner, relation)
                if field == "relation"
                else [or_null(printer.by_id(inner, hop[f"{field}_id"]))]
            )
        elif inner is None:
            value = ['"', _direction(relation, hop), '"']
        else:
            assert not isinstance(inner, plan.PathPart)
            value = printer.node(inner, relation)
        entries.append((key, value))
    joined = func.string_agg(concat(keyed(entries)), raw(f"',' ORDER BY {name}.n"))
    query = select(joined).select_from(hops, relation.source).where(relation["id"] == hop["relation_id"])
    return query.where(*printer.conditions.visible(relation, node.relation)).scalar_subquery()


def _direction(relation: mapping.Row, hop: Named) -> ColumnElement[Any]:
    symmetric = [quoted(role) for role in SYMMETRIC]
    return case(
        (relation["role"].in_(symmetric), quoted("BOTH")),
        (relation["subject_id"] == hop["from_id"], quoted("OUT")),
        else_=quoted("IN"),
    )
