"""Connections: pages of a type's records, plain or through relations, with their arguments."""

import datetime
from collections.abc import Callable
from functools import cache
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.utils.str_converters import to_camel_case

from models.vocabulary import Kind, Role
from resolvers import mapping
from schema.build import Fields, argument, build
from schema.declare import declared, later, list_of
from schema.derive import columns, once, order, where
from schema.enums import RelationDirection
from schema.group import group_arguments, group_type


@strawberry.type(description="Whether and where a list goes on.")
class PageInfo:
    """As in the Relay connection specification."""

    has_next_page: bool = strawberry.field(description="There are records after this page.")
    has_previous_page: bool = strawberry.field(
        description="There are records before this page (paging forward: a cursor was given)."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the page's first record.")
    end_cursor: str | None = strawberry.field(description="The cursor of the page's last record.")


def list_arguments(cls: type, *, is_nested: bool, is_related: bool) -> list[StrawberryArgument]:
    """The arguments of every list of a type."""
    return list(_arguments(cls, is_nested=is_nested, is_related=is_related))


@cache
def _arguments(cls: type, *, is_nested: bool, is_related: bool) -> tuple[StrawberryArgument, ...]:
    default = 10 if is_nested else 25
    found = [
        argument("first", int | None, f"How many from the start, 1 to 1000; {default} unless given."),
        AFTER,
        LAST,
        BEFORE,
    ]
    if columns(declared(cls), lambda column: column.is_filterable):
        text = "Only records that meet this."
        found.append(argument("where", later(f"{cls.__name__}Where", lambda: where(cls)) | None, text))
        text = "The order, most important key first; without it by id, that is by age."
        found.append(
            argument("orderBy", list_of(later(f"{cls.__name__}Order", lambda: order(cls))) | None, text)
        )
    if declared(cls).is_dated or declared(cls).targets:
        found.append(AS_OF)
    return (*found, ROLE) if is_related else tuple(found)


AFTER = argument("after", str | None, "A cursor: give what comes after it.")
LAST = argument("last", int | None, "How many from the end, 1 to 1000.")
BEFORE = argument("before", str | None, "A cursor: give what comes before it.")
ROLE = argument("role", list_of(Role) | None, "Only relations of these roles.")
AS_OF = argument(
    "asOf",
    datetime.date | None,
    "The day for which periods are asked; null: all times. Without it the enclosing field's, else today.",
)


KNOWN_AT = argument(
    "knownAt",
    datetime.datetime | None,
    "Everything below as it was believed at this instant, corrections since then left out. Without it: now.",
)


def connection(cls: type) -> Any:
    """`CompanyConnection`."""
    return once(cls, "connection", lambda: _connection(cls, is_related=False))


def related_connection(cls: type) -> Any:
    """`RelatedCompanyConnection`: its edges carry the relation."""
    return once(cls, "related_connection", lambda: _connection(cls, is_related=True))


def _connection(cls: type, *, is_related: bool) -> Any:
    name = f"{'Related' if is_related else ''}{cls.__name__}"
    edge = later(f"{name}Edge", lambda: related_edge(cls) if is_related else plain_edge(cls))
    node = later(cls.__name__, lambda: cls)
    fields: Fields = {
        "edges": (list_of(edge), "The page's records with their cursors.", []),
        "nodes": (list_of(node), "The page's records.", []),
        "pageInfo": (PageInfo, "Whether and where to go on.", []),
        "totalCount": (int, "How many there are on all pages: exact up to 10,000, then 10,000.", []),
        "totalCountCapped": (bool, "True where there are more than totalCount says.", []),
    }
    if is_related:
        fields["nodeCount"] = (
            int,
            "How many different records there are; one may be related more than once.",
            [],
        )
    if columns(declared(cls), lambda column: column.is_groupable):
        group = later(f"{cls.__name__}Group", lambda: group_type(cls))
        fields["groupBy"] = (
            list_of(group),
            "Counts and aggregates by the values of fields.",
            group_arguments(cls),
        )
    text = f"A page of {'related ' if is_related else ''}{cls.__name__} records."
    return build(f"{name}Connection", text, fields, is_input=False)


def plain_edge(cls: type) -> Any:
    """`CompanyEdge`."""
    node = later(cls.__name__, lambda: cls)
    fields: Fields = {
        "cursor": (str, "The record's place in the order.", []),
        "node": (node, "The record.", []),
    }
    text = f"One of the {cls.__name__} records of a list."
    return once(cls, "edge", lambda: build(f"{cls.__name__}Edge", text, fields, is_input=False))


def related_edge(cls: type) -> Any:
    """`RelatedCompanyEdge`: cursor, node, direction and the fields of the relation itself."""

    def make() -> Any:
        node = later(cls.__name__, lambda: cls)
        fields: Fields = {
            "cursor": (str, "The record's place in the order.", []),
            "node": (node, "The related record.", []),
            "direction": (RelationDirection, "From which end the relation is read here.", []),
        }
        relation: Any = RELATION["type"]
        for made in relation.__strawberry_definition__.fields:
            api = made.graphql_name or to_camel_case(made.python_name)
            if api not in ("subject", "object", "disputes"):
                fields[api] = (relation.__annotations__[made.python_name], made.description or "", [])
        text = (
            f"A relation to one of the {cls.__name__} records; one edge a relation, so a record may repeat."
        )
        return build(f"Related{cls.__name__}Edge", text, fields, is_input=False)

    return once(cls, "related_edge", make)


RELATION: dict[str, type] = {}
"""The type of relations, whose fields every related edge repeats; set once by schema/relation.py."""


def complete(cls: type) -> None:
    """Gives the connections of a declared type their types and arguments."""
    found = declared(cls)
    for api, target in found.targets.items():
        made = found.fields[api]
        if target.what == "link":
            continue
        is_related = isinstance(made, mapping.Related)
        derive = related_connection if is_related else connection
        found.types[api] = _finder(derive, target.find)
        target.made.arguments = list_arguments(target.find(), is_nested=True, is_related=is_related)
        if isinstance(made, mapping.Related) and not made.roles:
            target.made.arguments += [
                argument("kind", list_of(Kind) | None, "Only records of these kinds."),
                argument("direction", RelationDirection | None, "Read from this end; both unless given."),
            ]


def _finder(derive: Callable[[type], Any], find: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: derive(find())
