"""What a declared type is: its place in the database, checked at import, and where its fields lead.

The pieces that fields are made of are schema/fields.py; what is derived from them schema/derive.py.
"""

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, Union, get_args, get_origin

import strawberry
from sqlalchemy import MetaData, Table
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType, StrawberryLazyReference
from strawberry.utils.str_converters import to_camel_case

from models import Base, Entity, kind_models
from models.vocabulary import Kind
from resolvers import mapping

T = TypeVar("T")
DECLARE = "triplehelix.declare"
_NO_TABLE = Table("none", MetaData())
"""What a type without a table is declared on: it has no column."""


class DeclarationError(TypeError):
    """A declaration does not fit its table."""


@dataclass(frozen=True)
class Later(LazyType[Any, Any]):
    """A type that is looked up when the schema is built, so that types may refer to each other."""

    find: Callable[[], Any] = field(default=lambda: None)

    def resolve_type(self) -> Any:
        return self.find()

    def __or__(self, other: Any) -> Any:
        return typing.Optional[self]  # noqa: UP045 - a union of an instance cannot be written otherwise

    def __hash__(self) -> int:
        return hash(self.type_name)


def later(name: str, find: Callable[[], Any]) -> Any:
    """A reference to a type that does not exist yet."""
    return Later(name, "schema", None, find)


@dataclass(frozen=True)
class Declaration:
    """The type's side of a declaration: where it stands and what the annotation says."""

    type_name: str
    name: str
    table: Table
    kinds: tuple[Kind, ...]
    annotation: Any

    def error(self, message: str) -> DeclarationError:
        """An error that names the place."""
        return DeclarationError(f"{self.type_name}.{self.name}: {message}")

    def infos(self, column: str) -> list[Mapping[str, Any]]:
        """The column's declared info for each kind of the type."""
        if self.table.name != "entity" or column in Entity.__mapper__.columns:
            return [self.table.c[column].info]
        found = [kind_models()[kind].declared.get(column) for kind in self.kinds]
        if any(info is None for info in found):
            missing = [str(kind) for kind, info in zip(self.kinds, found, strict=True) if info is None]
            raise self.error(f"{', '.join(missing)} does not declare the column {column} in models/.")
        return [info for info in found if info is not None]

    def is_not_null(self, column: str) -> bool:
        """Whether the table guarantees a value for every kind of the type."""
        if column not in self.table.c:
            raise self.error(
                f"table {self.table.name} has no column {column}: add it in models/ or give name=."
            )
        infos = self.infos(column)
        return not self.table.c[column].nullable or all(info.get("required") for info in infos)


def list_of(type_: Any) -> Any:
    """The annotation of a list of a type that is only known at run time."""
    return types.GenericAlias(list, (type_,))


def unwrap(annotation: Any) -> tuple[Any, bool]:
    """The annotation without `| None`, and whether it had it."""
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [item for item in get_args(annotation) if item is not type(None)]
        return inner[0], len(inner) < len(get_args(annotation))
    return annotation, False


def lazy_name(annotation: Any) -> str:
    """The name of the type that an annotation refers to, lazily or not."""
    if get_origin(annotation) is typing.Annotated:
        return str(get_args(annotation)[0].__forward_arg__)
    return str(annotation.__name__)


def lazy_type(annotation: Any) -> Callable[[], Any]:
    """Finds the class that an annotation refers to."""
    if get_origin(annotation) is typing.Annotated:
        reference, lazy = get_args(annotation)[:2]
        assert isinstance(lazy, StrawberryLazyReference)
        return lazy.resolve_forward_ref(reference).resolve_type
    return lambda: annotation


@dataclass(frozen=True)
class Target:
    """Where a field leads: `what` is link, related or list; `is_inferred`: its direction is still open."""

    made: StrawberryField
    what: str
    find: Callable[[], Any]
    name: str
    is_inferred: bool


@dataclass
class Declared:
    """What a class declares: its fields, and the connections whose types are still to be derived."""

    table: str
    kinds: tuple[str, ...]
    key: tuple[str, ...]
    has_audience: bool
    has_period: bool = False
    is_dated: bool = False
    shown: Callable[[Any, mapping.Row], Any] | None = None
    fields: dict[str, mapping.Field] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    types: dict[str, Callable[[], Any]] = field(default_factory=dict)
    """For connections: finds the derived type; filled by schema/derive.py."""


def declared(cls: type) -> Declared:
    """What a class made by `entity` or `record` declares."""
    found: Declared = cls.__dict__["__triplehelix__"]
    return found


def entity(*models: type[Entity], is_interface: bool = False) -> Callable[[type[T]], type[T]]:
    """Makes a type of one kind of entity, or an interface of several (none: all)."""
    by_model = {model: kind for kind, model in kind_models().items()}
    kinds = tuple(by_model[model] for model in models) or tuple(by_model.values())
    names = tuple(str(kind) for kind in kinds)
    return _typed(Declared("entity", names, ("id",), True, is_dated=True), kinds, is_interface=is_interface)


def record(
    table: str,
    *,
    key: tuple[str, ...] = ("id",),
    has_audience: bool = False,
    has_period: bool = False,
    is_dated: bool = False,
    shown: Callable[[Any, mapping.Row], Any] | None = None,
) -> Callable[[type[T]], type[T]]:
    """Makes a type of a table that is no entity.

    `has_period`: its rows hold from `starts_on` to before `ends_before`, and lists give those of the day.
    `is_dated`: a computed field depends on the day. Both take `asOf`. `shown`: a further condition of who may
    see a row.
    """
    found = Declared(table, (), key, has_audience, has_period, is_dated or has_period, shown)
    return _typed(found, (), is_interface=False)


def computed_record(cls: type[T]) -> type[T]:
    """Makes a type that stands on no table: its fields are those of schema/derived.py."""
    return _typed(Declared("", (), (), False), (), is_interface=False)(cls)


def _type_finder(found: Declared, api: str) -> Callable[[], Any]:
    return lambda: found.types[api]()


def _own_fields(cls: type) -> Iterator[tuple[str, Any, Any]]:
    """(name, field, annotation) of the fields to declare: the class's, and interfaces' without a table."""
    for base in reversed(cls.__mro__[1:]):
        if "__strawberry_definition__" in vars(base) and "__triplehelix__" not in vars(base):
            for made in base.__dict__["__strawberry_definition__"].fields:
                if made.python_name in base.__annotations__:
                    yield made.python_name, made, base.__annotations__[made.python_name]
    for name, made in list(vars(cls).items()):
        if isinstance(made, StrawberryField):
            yield name, made, cls.__annotations__[name]


def _typed(found: Declared, kinds: tuple[Kind, ...], *, is_interface: bool) -> Callable[[type[T]], type[T]]:
    def decorate(cls: type[T]) -> type[T]:
        for base in reversed(cls.__mro__[1:]):
            inherited = base.__dict__.get("__triplehelix__")
            if isinstance(inherited, Declared):
                found.fields |= inherited.fields
                found.targets |= inherited.targets
        for name, made, annotation in _own_fields(cls):
            declare = made.metadata.get(DECLARE)
            if declare is None:
                continue
            table = Base.metadata.tables[found.table] if found.table else _NO_TABLE
            at = Declaration(cls.__name__, name, table, kinds, annotation)
            api = made.graphql_name or to_camel_case(name)
            found.fields[api], target = declare(at)
            if target is None:
                continue
            found.targets[api] = Target(made, *target)
            if target[0] != "link":
                cls.__annotations__[name] = later(f"{cls.__name__}.{name}", _type_finder(found, api))
        setattr(cls, "__triplehelix__", found)  # noqa: B010 - a name that no type checker needs to know
        description = (cls.__doc__ or "").strip()
        if is_interface:
            return strawberry.interface(cls, description=description)
        return strawberry.type(cls, description=description)

    return decorate
