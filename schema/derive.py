"""What follows from a declared type: where, orderBy, groupBy, connections and their arguments.

Each derived type is made once and kept on the class it follows from, so that types which refer to each
other need no registry.
"""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.types.arguments import StrawberryArgument
from strawberry.utils.str_converters import to_camel_case

from models.vocabulary import Kind, Role, Vocabulary
from resolvers import mapping
from resolvers.filters import sortable
from resolvers.mapping import Value
from schema import inputs
from schema.enums import Direction, GroupOrderField, Nulls, RelationDirection, members
from schema.fields import Declared, argument, declared, later

_FILTERS: dict[Value, Any] = {
    Value.TEXT: inputs.StringFilter,
    Value.ID: inputs.IDFilter,
    Value.INT: inputs.IntFilter,
    Value.FLOAT: inputs.FloatFilter,
    Value.DECIMAL: inputs.DecimalFilter,
    Value.BOOLEAN: inputs.BooleanFilter,
    Value.DATE: inputs.DateFilter,
    Value.DATETIME: inputs.DateTimeFilter,
    Value.TEXTS: inputs.StringListFilter,
}
_OUTPUTS: dict[Value, Any] = {
    Value.TEXT: str,
    Value.ID: strawberry.ID,
    Value.INT: int,
    Value.FLOAT: float,
    Value.DECIMAL: Decimal,
    Value.BOOLEAN: bool,
    Value.DATE: datetime.date,
    Value.DATETIME: datetime.datetime,
}
_NUMBERS = (Value.INT, Value.FLOAT, Value.DECIMAL)
_ORDERED = (*_NUMBERS, Value.DATE, Value.DATETIME)


def once(cls: type, name: str, make: Callable[[], Any]) -> Any:
    """Makes a derived type once for a class."""
    kept: dict[str, Any] | None = cls.__dict__.get("__derived__")
    if kept is None:
        kept = {}
        setattr(cls, "__derived__", kept)  # noqa: B010 - a name that no type checker needs to know
    if name not in kept:
        kept[name] = make()
    return kept[name]


def build(
    name: str, description: str, fields: Mapping[str, tuple[Any, str, list[StrawberryArgument]]], *, is_input: bool
) -> Any:
    """A Strawberry type from API name -> (annotation, description, arguments)."""
    annotations: dict[str, Any] = {}
    made: dict[str, Any] = {}
    for api, (annotation, text, arguments) in fields.items():
        attribute = f"{api}_" if api in ("and", "or", "not", "in") else api
        default = {"default": strawberry.UNSET} if is_input else {}
        one = strawberry.field(name=api, description=text, **default)
        one.arguments = arguments
        annotations[attribute], made[attribute] = annotation, one
    cls = type(name, (), {"__annotations__": annotations, **made})
    decorate: Any = strawberry.input if is_input else strawberry.type
    return decorate(cls, description=description)


def snake_upper(api: str) -> str:
    """`foundedOn` -> `FOUNDED_ON`."""
    return "".join(f"_{c}" if c.isupper() else c for c in api).upper()


def enum_filter(vocabulary: type[Vocabulary]) -> Any:
    """The filter of an enum."""
    name = f"{vocabulary.__name__}Filter"
    return once(
        vocabulary,
        "filter",
        lambda: inputs.scalar_filter(name, vocabulary, inputs.EQUALITY, f"Conditions on {vocabulary.__name__}."),
    )


def filter_of(column: mapping.Column) -> Any:
    """The filter input of a column."""
    return enum_filter(column.vocabulary) if column.vocabulary else _FILTERS[column.value]  # type: ignore[arg-type]


def _columns(found: Declared, wanted: Callable[[mapping.Column], bool]) -> dict[str, mapping.Column]:
    columns = {api: sortable(made) for api, made in found.fields.items()}
    return {api: column for api, column in columns.items() if column is not None and wanted(column)}


def where(cls: type) -> Any:
    """`CompanyWhere`."""
    return once(cls, "where", lambda: _where(cls))


def _where(cls: type) -> Any:
    found, name = declared(cls), f"{cls.__name__}Where"
    itself = later(name, lambda: where(cls))
    fields: dict[str, tuple[Any, str, list[StrawberryArgument]]] = {
        "and": (list[itself] | None, "All of these hold; an empty list holds.", []),
        "or": (list[itself] | None, "At least one of these holds; an empty list does not.", []),
        "not": (itself | None, "This does not hold.", []),
    }
    for api, column in _columns(found, lambda column: column.is_filterable).items():
        fields[api] = (filter_of(column) | None, f"Condition on `{api}`.", [])
    for api, made in found.fields.items():
        if isinstance(made, mapping.Parts) and made.target == "Identifier":
            fields["identifiers"] = (inputs.IdentifierFilter | None, "It carries such an identifier.", [])
        target = found.targets.get(api)
        if target is None:
            continue
        if isinstance(made, mapping.Related) and made.roles:
            finder = later(f"{target.name}RelationFilter", lambda t=target: relation_filter(t.find()))
            fields[api] = (finder | None, f"Condition on the related `{api}`.", [])
        elif isinstance(made, mapping.ToOne):
            finder = later(f"{target.name}Where", lambda t=target: where(t.find()))
            fields[api] = (finder | None, f"Condition on its `{api}`.", [])
    return build(
        name,
        f"Conditions on {cls.__name__} records; conditions side by side must all hold.",
        fields,
        is_input=True,
    )


def relation_filter(cls: type) -> Any:
    """`ZoneRelationFilter`."""

    def make() -> Any:
        target = later(f"{cls.__name__}Where", lambda: where(cls))
        return build(
            f"{cls.__name__}RelationFilter",
            f"Conditions through a relation to {cls.__name__} records.",
            {
                "some": (target | None, "At least one related record meets this; `{}`: there is one.", []),
                "none": (target | None, "No related record meets this; `{}`: there is none.", []),
                "role": (list[Role] | None, "Only relations of these roles count.", []),
            },
            is_input=True,
        )

    return once(cls, "relation_filter", make)


def order(cls: type) -> Any:
    """`CompanyOrder`."""

    def make() -> Any:
        columns = _columns(declared(cls), lambda column: column.is_sortable)
        fields = members(
            f"{cls.__name__}OrderField",
            f"What {cls.__name__} records are ordered by.",
            {snake_upper(api): (api, f"By `{api}`.") for api in columns},
        )
        annotations = {"field": fields, "direction": Direction, "nulls": Nulls}
        body = {
            "__annotations__": annotations,
            "field": strawberry.field(description="The field."),
            "direction": strawberry.field(default=Direction("ASC"), description="Smallest or largest first."),
            "nulls": strawberry.field(default=Nulls("LAST"), description="Where missing values stand."),
        }
        return strawberry.input(
            type(f"{cls.__name__}Order", (), body), description=f"One key of an order of {cls.__name__} records."
        )

    return once(cls, "order", make)


def list_arguments(cls: type, *, is_nested: bool, is_related: bool) -> list[StrawberryArgument]:
    """The arguments of every list of a type."""
    default = 10 if is_nested else 25
    found = [
        argument("first", int | None, f"How many from the start, 1 to 1000; {default} unless given."),
        argument("after", str | None, "A cursor: give what comes after it."),
        argument("last", int | None, "How many from the end, 1 to 1000."),
        argument("before", str | None, "A cursor: give what comes before it."),
    ]
    if _columns(declared(cls), lambda column: column.is_filterable):
        text = "Only records that meet this."
        found.append(argument("where", later(f"{cls.__name__}Where", lambda: where(cls)) | None, text))
        text = "The order, most important key first; without it by id, that is by age."
        found.append(argument("orderBy", list[later(f"{cls.__name__}Order", lambda: order(cls))] | None, text))
    if declared(cls).kinds:
        found.append(AS_OF)
    if is_related:
        found.append(argument("role", list[Role] | None, "Only relations of these roles."))
    return found


AS_OF = argument(
    "asOf",
    datetime.date | None,
    "The day for which periods are asked; null: all times. Without it the enclosing field's, else today (UTC).",
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
    fields: dict[str, tuple[Any, str, list[StrawberryArgument]]] = {
        "edges": (list[edge], "The page's records with their cursors.", []),
        "nodes": (list[node], "The page's records.", []),
        "pageInfo": (PageInfo, "Whether and where to go on.", []),
        "totalCount": (int, "How many there are on all pages: exact up to 10,000, then 10,000.", []),
        "totalCountCapped": (bool, "True where there are more than totalCount says.", []),
    }
    if is_related:
        fields["nodeCount"] = (int, "How many different records there are; one may be related more than once.", [])
    if _columns(declared(cls), lambda column: column.is_groupable):
        group = later(f"{cls.__name__}Group", lambda: group_type(cls))
        fields["groupBy"] = (list[group], "Counts and aggregates by the values of fields.", _group_arguments(cls))
    text = f"A page of {'related ' if is_related else ''}{cls.__name__} records."
    return build(f"{name}Connection", text, fields, is_input=False)


def plain_edge(cls: type) -> Any:
    """`CompanyEdge`."""
    node = later(cls.__name__, lambda: cls)
    fields: dict[str, tuple[Any, str, list[StrawberryArgument]]] = {
        "cursor": (str, "The record's place in the order.", []),
        "node": (node, "The record.", []),
    }
    text = f"A {cls.__name__} record in a list."
    return once(cls, "edge", lambda: build(f"{cls.__name__}Edge", text, fields, is_input=False))


def related_edge(cls: type) -> Any:
    """`RelatedCompanyEdge`: cursor, node, direction and the fields of the relation itself."""

    def make() -> Any:
        node = later(cls.__name__, lambda: cls)
        fields: dict[str, tuple[Any, str, list[StrawberryArgument]]] = {
            "cursor": (str, "The record's place in the order.", []),
            "node": (node, "The related record.", []),
            "direction": (RelationDirection, "From which end the relation is read here.", []),
        }
        relation = RELATION["type"]
        for made in relation.__strawberry_definition__.fields:
            api = made.graphql_name or to_camel_case(made.python_name)
            if api not in ("subject", "object"):
                fields[api] = (relation.__annotations__[made.python_name], made.description or "", [])
        text = f"A relation to a {cls.__name__} record; one edge a relation, so a record may repeat."
        return build(f"Related{cls.__name__}Edge", text, fields, is_input=False)

    return once(cls, "related_edge", make)


RELATION: dict[str, type] = {}
"""The type of relations, whose fields every related edge repeats; set once by schema/relation.py."""


@strawberry.type(description="Whether and where a list goes on.")
class PageInfo:
    """As in the Relay connection specification."""

    has_next_page: bool = strawberry.field(description="There are records after this page.")
    has_previous_page: bool = strawberry.field(
        description="There are records before this page (paging forward: a cursor was given)."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the page's first record.")
    end_cursor: str | None = strawberry.field(description="The cursor of the page's last record.")


# -- groups ------------------------------------------------------------------------------------------


def group_keys(cls: type) -> Any:
    """`CompanyGroupKey`."""
    columns = _columns(declared(cls), lambda column: column.is_groupable)
    return once(
        cls,
        "group_keys",
        lambda: members(
            f"{cls.__name__}GroupKey",
            f"What {cls.__name__} records are grouped by.",
            {snake_upper(api): (api, f"By `{api}`.") for api in columns},
        ),
    )


@strawberry.input(description="One key of an order of groups.")
class GroupOrder:
    """Order of groups."""

    field: GroupOrderField = strawberry.field(description="The number of records, or the keys.")
    direction: Direction = strawberry.field(default=Direction("ASC"), description="Smallest or largest first.")


def _group_arguments(cls: type) -> list[StrawberryArgument]:
    keys = later(f"{cls.__name__}GroupKey", lambda: group_keys(cls))
    return [
        argument("by", list[keys], "The fields whose values make the groups."),
        argument("first", int, "How many groups, 1 to 1000.", 100),
        argument("orderBy", list[GroupOrder] | None, "The order; without it the largest groups first."),
    ]


def group_type(cls: type) -> Any:
    """`CompanyGroup` with its keys, sums and extremes."""

    def make() -> Any:
        name, found = cls.__name__, declared(cls)
        keys = _columns(found, lambda column: column.is_groupable)
        numbers = _columns(found, lambda column: column.value in _NUMBERS)
        ordered = _columns(found, lambda column: column.value in _ORDERED and column.name != "id")
        fields: dict[str, tuple[Any, str, list[StrawberryArgument]]] = {
            "keys": (
                _values(f"{name}Keys", f"The values that the records of a group of {name} share.", keys),
                "The group's values; null for fields that were not grouped by.",
                [],
            ),
            "count": (int, "How many records the group has.", []),
        }
        if numbers:
            text = f"Sums over a group of {name} records; missing values do not count."
            sums = _values(f"{name}Sums", text, numbers, is_sum=True)
            fields["sum"] = (sums, "Sums over the group.", [])
        if ordered:
            extremes = _values(f"{name}Extremes", f"Smallest or largest values in a group of {name}.", ordered)
            fields["min"] = (extremes, "Smallest values in the group.", [])
            fields["max"] = (extremes, "Largest values in the group.", [])
        return build(f"{name}Group", f"A group of {name} records.", fields, is_input=False)

    return once(cls, "group", make)


def _values(name: str, text: str, columns: Mapping[str, mapping.Column], *, is_sum: bool = False) -> Any:
    fields: dict[str, tuple[Any, str, list[StrawberryArgument]]] = {}
    for api, column in columns.items():
        output: Any = column.vocabulary or _OUTPUTS[column.value]
        if is_sum and column.value is Value.INT:
            output = Decimal
        fields[api] = (output | None, f"Of `{api}`.", [])
    return build(name, text, fields, is_input=False)


# -- completing declared types -------------------------------------------------------------------------


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
                argument("kind", list[Kind] | None, "Only records of these kinds."),
                argument("direction", RelationDirection | None, "Read from this end; both unless given."),
            ]


def _finder(derive: Callable[[type], Any], find: Callable[[], Any]) -> Callable[[], Any]:
    return lambda: derive(find())
