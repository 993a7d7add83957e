"""Frozen descriptions: which GraphQL type stands on which table, which field on which column or relation.

The schema builds one `Catalog` of these from its declarations; the compiler, the importers and the
exporters read it. Nothing here knows GraphQL requests or Strawberry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, FromClause, Select

from models.fact_field import FactColumns
from models.vocabulary import Role
from resolvers.viewer import Viewer, ViewerRole


class Value(Enum):
    """How a column's value is written as JSON and read from input."""

    TEXT = "text"
    ENUM = "enum"
    ID = "id"
    INT = "int"
    BIGINT = "bigint"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TEXTS = "texts"


class Direction(StrEnum):
    """From which end a relation is read."""

    OUT = "OUT"
    IN = "IN"
    BOTH = "BOTH"


class Row(Protocol):
    """A row of a statement in the making: `row["column"]` is the SQL for that column."""

    def __getitem__(self, column: str, /) -> ColumnElement[Any]: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may depend on beside its row: the viewer's rights, the day, and what was known.

    `audience` is the SQL text of the condition that a row of a table alias is visible, `day` is None
    where asOf is explicitly null (all times). `rows(table, alias)` is what an expression selects from: the
    table as it is, or as it was believed at the operation's knownAt (`known_at`). `partner` binds the id
    of the viewer's partner.
    """

    audience: Callable[[Row], ColumnElement[bool]]
    day: ColumnElement[Any] | None
    today: Callable[[], ColumnElement[Any]]
    rows: Callable[[str, str], FromClause]
    role: ViewerRole
    partner: Callable[[], ColumnElement[Any]]
    known_at: ColumnElement[Any] | None
    knows_persons: bool = True

    def day_or_today(self) -> ColumnElement[Any]:
        """The day; of all times it is today."""
        return self.today() if self.day is None else self.day


Expression = Callable[[Row, Scope], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Column:
    """A scalar field: a column of the type's table, or an expression over its row.

    `personal` names the audience column of a personal field, `default_audience` what NULL in it means.
    `is_not_null` is true only where the table guarantees it for every kind that has the field.
    """

    name: str
    value: Value
    is_not_null: bool = False
    expression: Expression | None = None
    personal: str | None = None
    default_audience: str = "PUBLIC"
    lookup: str | None = None
    """Name of an SQL function that finds ids by this column through an index that row security hides."""
    folded: str | None = None
    """The stored column that holds this one folded, where there is one."""
    is_sortable: bool = True
    is_groupable: bool = False
    is_filterable: bool = True
    is_writable: bool = True
    vocabulary: type[StrEnum] | None = None
    price: int = 0
    """What computing it for one row counts in the price of an operation."""


@dataclass(frozen=True, slots=True)
class Composite:
    """An object made of columns of the same row (money, a partial date); null if `test` is null."""

    parts: Mapping[str, Column]
    test: str | None
    type_name: str
    sort: str | None = None
    """The part that stands for the whole in filters and orders."""
    unit: str | None = None
    """The field whose values must not be mixed when the sort part is summed or compared: a currency."""


@dataclass(frozen=True, slots=True)
class ToOne:
    """An object in another table: `target.remote = this.local`."""

    target: str
    local: str
    remote: str
    is_not_null: bool = False
    personal: str | None = None
    """The audience column of this row that says who may know where it leads."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A short list of rows that belong to the row (names); `filters`: argument -> column."""

    target: str
    local: str
    remote: str
    order: tuple[str, ...]
    filters: Mapping[str, str] = field(default_factory=dict)
    in_array: bool = False
    """The rows are those whose `remote` is an element of this row's array `local`."""
    also: tuple[str, ...] = ()
    """Columns that both rows have and that must be equal too."""
    own: tuple[FactColumns, ...] = ()
    """For statements: the fields whose values in this row stand beside the rows of the target."""
    personal: str | None = None
    """The audience column of this row that says who may see the list, or find the row by it."""


@dataclass(frozen=True, slots=True)
class Related:
    """A connection over `relation`. Without roles, the `role` argument chooses."""

    target: str
    roles: tuple[Role, ...]
    direction: Direction


@dataclass(frozen=True, slots=True)
class Children:
    """A connection by column: rows of `target` whose `remote` equals this row's `local`."""

    target: str
    local: str
    remote: str
    in_array: bool = False
    """The rows are those whose `remote` is an element of this row's array `local`."""
    personal: str | None = None
    """The audience column of the target's row that says who may know that it belongs here."""


@dataclass(frozen=True, slots=True)
class One:
    """A root field that finds one row: by EntityRef (`by`), by `id`, or by a key argument."""

    target: str
    by: Literal["ref", "id", "key"]


@dataclass(frozen=True, slots=True)
class AnyNode:
    """The root field `node` (or `nodes`): any row of the given types by id."""

    targets: tuple[str, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A root connection over all rows of a type that the viewer may see; `narrowed`: argument -> field.

    `allowed` raises for a viewer who may not ask at all (resolvers/scopes.py).
    """

    target: str
    narrowed: Mapping[str, str] = field(default_factory=dict)
    allowed: Callable[[Viewer], None] | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """The root field `search`: entities by name, ranked."""

    target: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The root field `changes`: the change log in commit order."""

    target: str


@dataclass(frozen=True, slots=True)
class Paths:
    """The root field `paths`: how two entities are connected, over relations."""

    target: str
    relation: str


@dataclass(frozen=True, slots=True)
class Derived:
    """Objects that stand on no table: `rows` gives the SQL of what is computed of the row above, or, at the
    root, of the arguments.

    `rows` is given the row above (None at the root), the scope and the arguments in SQL. `references` names
    the type that an argument's EntityRef must be of, `codes` the table whose key a text argument must be. A
    list has `first` rows, of `most` that may be asked for, or a fixed number of at most `length`; else it is
    one object. `price` is what it counts in the price of an operation beside its rows.
    """

    target: str
    rows: Callable[[Row | None, Scope, Mapping[str, ColumnElement[Any]]], Select[Any]]
    price: int
    references: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    most: int | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A root field that ranks rows of `target` by how well they fit one of its subjects (argument -> type).

    `function` is the SQL function of the migrations that does."""

    target: str
    function: str
    subjects: Mapping[str, str]


Field = (
    Column | Composite | ToOne | Parts | Related | Children | One | AnyNode | Many | Search | Feed | Paths
    | Derived | Match
)  # fmt: skip


def bare(field: Field) -> Field:
    """The field without who may know of it."""
    match field:
        case Column() | ToOne() | Parts():
            return replace(field, personal=None)
        case Composite(parts=parts):
            return replace(field, parts={name: replace(part, personal=None) for name, part in parts.items()})
    return field


@dataclass(frozen=True, slots=True)
class TypeMap:
    """A GraphQL type on a table, or on none (see Derived).

    `kinds` are the values of `entity.kind` it admits (empty: no entity).

    `key` are the columns that identify a row and break ties in orders.
    """

    name: str
    table: str
    fields: Mapping[str, Field]
    kinds: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)
    has_audience: bool = True
    has_period: bool = False
    """Rows hold from `starts_on` until before `ends_before`; lists give those that hold on the day."""
    shown: Callable[[Any, Row], ColumnElement[bool]] | None = None
    """A further condition of who may see a row: (printer's Conditions, row) -> SQL."""
    concrete: Mapping[str, str] = field(default_factory=dict)
    """For entity types: kind -> name of the GraphQL type of that kind."""
    found_by: str | None = None
    """The audience column that says who may find a row by its identifiers."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All types by name, and the fields of the query root."""

    types: Mapping[str, TypeMap]
    query: Mapping[str, Field]

    def kind_type(self, kind: str) -> TypeMap:
        """The type of one kind of entity."""
        return next(t for t in self.types.values() if t.kinds == (kind,))
