"""Declarative pieces: what a field of a type stands on in the database.

A type is a Strawberry class whose fields are made by `column`, `partial_date`, `link`, `relation`...;
`entity` and `record` check each declaration against the table at import and say what to change. What
follows from a declaration (filters, orders, connections) is derived in schema/derive.py.
"""

import datetime
import typing
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar, get_args

import strawberry
from strawberry.utils.str_converters import to_camel_case

from models import FactColumns
from models.vocabulary import Role, Vocabulary
from resolvers import mapping
from resolvers.mapping import Expression, Value
from schema import enums  # noqa: F401 - the enums must be described before a field uses one
from schema.build import argument
from schema.declare import DECLARE, Declaration, lazy_name, lazy_type, list_of, unwrap

T = TypeVar("T")


class Connection(typing.Generic[T]):
    """Marks a field as a connection to `T`; the real type is derived."""


def made_by(
    declare: Callable[[Declaration], tuple[mapping.Field, Any]], description: str, **options: Any
) -> Any:
    """A field that `declare` explains to the compiler."""
    return strawberry.field(description=description, metadata={DECLARE: declare}, **options)


_VALUES: dict[Any, Value] = {
    str: Value.TEXT,
    int: Value.INT,
    float: Value.FLOAT,
    bool: Value.BOOLEAN,
    Decimal: Value.DECIMAL,
    datetime.date: Value.DATE,
    datetime.datetime: Value.DATETIME,
    strawberry.ID: Value.ID,
    list[str]: Value.TEXTS,
}


def value_of(annotation: Any) -> tuple[Value, type[Vocabulary] | None]:
    """How the values of a scalar annotation are written, and their vocabulary."""
    if isinstance(annotation, type) and issubclass(annotation, Vocabulary):
        return Value.ENUM, annotation
    return _VALUES[annotation], None


def column(
    description: str,
    *,
    name: str | None = None,
    lookup: str | None = None,
    folded: str | None = None,
    **flags: Any,
) -> Any:
    """A scalar on a column of the same name (or `name`).

    Filterable, sortable and, for enums, codes and truth values, groupable by default; `flags` are
    is_filterable, is_sortable, is_groupable, is_writable. `lookup` names an SQL function that finds ids
    by this column through an index under row security; `folded` the column that keeps its folded text.
    """

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        own = name or at.name
        plain, is_optional = unwrap(at.annotation)
        if plain not in _VALUES and not (isinstance(plain, type) and issubclass(plain, Vocabulary)):
            raise at.error(f"a column cannot be annotated {plain!r}: use a scalar, an enum or list[str].")
        value, vocabulary = value_of(plain)
        is_not_null = at.is_not_null(own)
        if not is_optional and not is_not_null and value is not Value.TEXTS:
            raise at.error(
                f"the column {own} may be null: annotate `... | None`, or make it required in models/."
            )
        infos = at.infos(own)
        declared = {info.get("enum") for info in infos}
        if vocabulary is not None and declared != {vocabulary}:
            raise at.error(f"the column {own} holds {declared}, not {vocabulary.__name__}.")
        made = mapping.Column(
            own,
            value,
            is_not_null=is_not_null and not is_optional,
            lookup=lookup,
            folded=folded,
            is_groupable=value in (Value.ENUM, Value.BOOLEAN),
            vocabulary=vocabulary,
        )
        if value is Value.TEXTS:
            made = replace(made, is_sortable=False)
        return replace(made, **flags), None

    return made_by(declare, description)


def computed(expression: Expression, description: str, **flags: Any) -> Any:
    """A scalar that an SQL expression gives (resolvers/<kind>.py)."""

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        plain, is_optional = unwrap(at.annotation)
        value, vocabulary = value_of(plain)
        made = mapping.Column(
            at.name,
            value,
            is_not_null=not is_optional,
            expression=expression,
            is_groupable=value is Value.ENUM,
            is_writable=False,
            vocabulary=vocabulary,
        )
        return replace(made, **flags), None

    return made_by(declare, description)


def composite(
    description: str,
    parts: Mapping[str, str],
    *,
    test: str | None,
    sort: str | None = None,
    unit: str | None = None,
) -> Any:
    """An object of columns of the same row: field of the object's type -> column.

    `unit` names the field that says what the part `sort` counts (a currency): unlike ones are never mixed.
    """

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        plain, _ = unwrap(at.annotation)
        made: dict[str, mapping.Column] = {}
        for part, annotation in plain.__annotations__.items():
            own = parts[part].format(name=at.name)
            at.is_not_null(own)
            inner, is_optional = unwrap(annotation)
            value, vocabulary = value_of(inner)
            api = to_camel_case(part)
            made[api] = mapping.Column(own, value, is_not_null=not is_optional, vocabulary=vocabulary)
        return mapping.Composite(made, test, plain.__name__, sort, unit), None

    return made_by(declare, description)


def link(description: str, local: str, remote: str = "id") -> Any:
    """An object of another table: `target.remote = this.local`. Null where it is hidden or missing."""

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        plain, is_optional = unwrap(at.annotation)
        at.is_not_null(local)
        made = mapping.ToOne(lazy_name(plain), local, remote, is_not_null=not is_optional)
        return made, ("link", lazy_type(plain), lazy_name(plain), False)

    return made_by(declare, description)


def parts(
    description: str,
    remote: str,
    order: tuple[str, ...],
    *,
    local: str = "id",
    filters: Mapping[str, tuple[str, Any, str]] | None = None,
    in_array: bool = False,
    also: tuple[str, ...] = (),
    own: tuple[FactColumns, ...] = (),
) -> Any:
    """A short list of rows that belong to this one; `filters`: argument -> (column, type, description).

    `also` are columns that both have and that must be equal too; `own` the fields of this row that stand as
    statements beside the rows (resolvers/assertion.py).
    """

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        (item,) = get_args(at.annotation)
        at.is_not_null(local)
        by_argument = {argument: column for argument, (column, _, _) in (filters or {}).items()}
        made = mapping.Parts(lazy_name(item), local, remote, order, by_argument, in_array, also, own)
        return made, None

    made = made_by(declare, description)
    made.arguments = [
        argument(name, list_of(type_) | None, text) for name, (_, type_, text) in (filters or {}).items()
    ]
    return made


def relation(*roles: Role, description: str, direction: mapping.Direction | None = None) -> Any:
    """A connection over `relation` by roles; the direction follows from the kinds unless given."""

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        (target,) = get_args(at.annotation)
        name = lazy_name(target)
        made = mapping.Related(name, roles, direction or mapping.Direction.BOTH)
        return made, ("related", lazy_type(target), name, direction is None)

    return made_by(declare, description)


def children(description: str, remote: str, local: str = "id", *, in_array: bool = False) -> Any:
    """A connection by column: rows of the target whose `remote` equals this row's `local` (or is in it)."""

    def declare(at: Declaration) -> tuple[mapping.Field, Any]:
        (target,) = get_args(at.annotation)
        name = lazy_name(target)
        return mapping.Children(name, local, remote, in_array), ("list", lazy_type(target), name, False)

    return made_by(declare, description)
