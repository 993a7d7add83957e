"""What follows from a declared type: where, orderBy, groupBy, connections and their arguments.

Each derived type is made once and kept on the class it follows from, so that types which refer to each
other need no registry.
"""

from collections.abc import Callable
from typing import Any

from models.vocabulary import Role, Vocabulary
from resolvers import mapping
from resolvers.filters import sortable
from resolvers.mapping import Value
from schema import inputs
from schema.build import Fields, build
from schema.declare import Declared, Target, declared, later, list_of
from schema.enums import Direction, Nulls, members

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


def once(cls: type, name: str, make: Callable[[], Any]) -> Any:
    """Makes a derived type once for a class."""
    kept: dict[str, Any] | None = cls.__dict__.get("__derived__")
    if kept is None:
        kept = {}
        setattr(cls, "__derived__", kept)  # noqa: B010 - a name that no type checker needs to know
    if name not in kept:
        kept[name] = make()
    return kept[name]


def snake_upper(api: str) -> str:
    """`foundedOn` -> `FOUNDED_ON`."""
    return "".join(f"_{c}" if c.isupper() else c for c in api).upper()


def enum_filter(vocabulary: type[Vocabulary]) -> Any:
    """The filter of an enum."""
    name = f"{vocabulary.__name__}Filter"
    return once(
        vocabulary,
        "filter",
        lambda: inputs.scalar_filter(
            name, vocabulary, inputs.EQUALITY, f"Conditions on {vocabulary.__name__}."
        ),
    )


def filter_of(column: mapping.Column) -> Any:
    """The filter input of a column."""
    return enum_filter(column.vocabulary) if column.vocabulary else _FILTERS[column.value]  # type: ignore[arg-type]


def columns(found: Declared, wanted: Callable[[mapping.Column], bool]) -> dict[str, mapping.Column]:
    """The columns by API name; a composite stands by its main part."""
    sorted_by = {api: sortable(made) for api, made in found.fields.items()}
    return {api: column for api, column in sorted_by.items() if column is not None and wanted(column)}


def where(cls: type) -> Any:
    """`CompanyWhere`."""
    return once(cls, "where", lambda: _where(cls))


def _where(cls: type) -> Any:
    found, name = declared(cls), f"{cls.__name__}Where"
    itself = later(name, lambda: where(cls))
    fields: Fields = {
        "and": (list_of(itself) | None, "All of these hold; an empty list holds.", []),
        "or": (list_of(itself) | None, "At least one of these holds; an empty list does not.", []),
        "not": (itself | None, "This does not hold.", []),
    }
    for api, column in columns(found, lambda column: column.is_filterable).items():
        fields[api] = (filter_of(column) | None, f"Condition on `{api}`.", [])
    if found.kinds:
        text = "It lies at most so far from an entity; false where it has no location."
        fields["near"] = (inputs.NearFilter | None, text, [])
    for api, made in found.fields.items():
        if isinstance(made, mapping.Parts) and made.target == "Identifier":
            fields["identifiers"] = (inputs.IdentifierFilter | None, "It carries such an identifier.", [])
        target = found.targets.get(api)
        if target is None:
            continue
        if isinstance(made, mapping.Related) and made.roles:
            finder = later(f"{target.name}RelationFilter", _found(relation_filter, target))
            fields[api] = (finder | None, f"Condition on the related `{api}`.", [])
        elif isinstance(made, mapping.Children):
            finder = later(f"{target.name}ListFilter", _found(list_filter, target))
            fields[api] = (finder | None, f"Condition on its `{api}`.", [])
        elif isinstance(made, mapping.ToOne):
            finder = later(f"{target.name}Where", _found(where, target))
            fields[api] = (finder | None, f"Condition on its `{api}`.", [])
    return build(
        name,
        f"Conditions on {cls.__name__} records; conditions side by side must all hold.",
        fields,
        is_input=True,
    )


def _found(derive: Callable[[type], Any], target: Target) -> Callable[[], Any]:
    return lambda: derive(target.find())


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
                "role": (list_of(Role) | None, "Only relations of these roles count.", []),
            },
            is_input=True,
        )

    return once(cls, "relation_filter", make)


def list_filter(cls: type) -> Any:
    """`LicenceListFilter`."""

    def make() -> Any:
        target = later(f"{cls.__name__}Where", lambda: where(cls))
        return build(
            f"{cls.__name__}ListFilter",
            f"Conditions through a list of {cls.__name__} records.",
            {
                "some": (target | None, "At least one of them meets this; `{}`: there is one.", []),
                "none": (target | None, "None of them meets this; `{}`: there is none.", []),
            },
            is_input=True,
        )

    return once(cls, "list_filter", make)


def order(cls: type) -> Any:
    """`CompanyOrder`."""

    def make() -> Any:
        sorted_by = columns(declared(cls), lambda column: column.is_sortable)
        field = members(
            f"{cls.__name__}OrderField",
            f"What {cls.__name__} records are ordered by.",
            {snake_upper(api): (api, f"By `{api}`.") for api in sorted_by},
        )
        fields: Fields = {
            "field": (field, "The field.", []),
            "direction": (Direction, "Smallest or largest first.", []),
            "nulls": (Nulls, "Where missing values stand.", []),
        }
        about = f"One key of an order of {cls.__name__} records."
        defaults = {"direction": Direction("ASC"), "nulls": Nulls("LAST")}
        return build(f"{cls.__name__}Order", about, fields, is_input=True, defaults=defaults)

    return once(cls, "order", make)
