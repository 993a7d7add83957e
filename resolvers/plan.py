"""A plan: what a read runs on, as pure data. Made by resolvers/planner.py, printed by resolvers/sql.py.

A plan holds no values of a request: each value is a `Source` that is read from the coerced variables
when the plan is bound, so that one plan and one prepared statement serve every request of its shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from resolvers import mapping


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal of the document."""

    value: Any


@dataclass(frozen=True, slots=True)
class Variable:
    """A place in the coerced variables: the variable's name, then keys and indexes."""

    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """A list literal whose items come from different places."""

    items: tuple["Source", ...]


Source = Constant | Variable | Several
TODAY = Variable(("@today",))
"""The UTC date of the operation; names with @ cannot be a client's variables."""
PARTNER = Variable(("@partner",))
"""The id of the viewer's partner."""


@dataclass(frozen=True, slots=True)
class Bind:
    """A bound value: where it comes from, how it is converted (resolvers/binding.py), its SQL type.

    `part` picks one value out of a converted tuple (a cursor's). `where` names the argument for errors.
    """

    source: Source
    convert: str
    sql: str
    where: str
    part: int | None = None
    detail: Any = None
    """What the conversion needs beside the value: an expected cursor, an identifier's scheme."""


# -- conditions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds (none: true)."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds (none: false)."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition is not true (so a comparison with null counts as not met)."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Compare:
    """A column against a bound value; `isNull` carries a plain bool."""

    column: mapping.Column
    operator: str
    bind: Bind | bool


@dataclass(frozen=True, slots=True)
class HasRelated:
    """Some (or no) related entity meets the condition."""

    field: mapping.Related
    is_some: bool
    roles: tuple[str, ...]
    condition: "Condition"
    target: mapping.TypeMap
    as_of: "Bind | None"


@dataclass(frozen=True, slots=True)
class HasChild:
    """Some (or no) row of a list by column meets the condition."""

    field: mapping.Children
    is_some: bool
    condition: "Condition"
    target: mapping.TypeMap
    as_of: "Bind | None"


@dataclass(frozen=True, slots=True)
class HasPart:
    """Some row of a part table has these column values (an identifier, a name)."""

    table: str
    remote: str
    equal: tuple[tuple[str, Bind], ...]
    personal: str | None = None
    """The audience column of the row whose parts they are, where it has one for them."""


@dataclass(frozen=True, slots=True)
class LinkedTo:
    """The row that a to-one field points at meets the condition."""

    field: mapping.ToOne
    target: mapping.TypeMap
    condition: "Condition"


Reference = tuple[tuple[tuple[str, Bind], ...], tuple[Bind, Bind, Bind | None] | None]
"""One entity: by equality of columns, or by (scheme, value, partner's slug) of an identifier."""


@dataclass(frozen=True, slots=True)
class Near:
    """The row is at most so many kilometres from an entity."""

    target: mapping.TypeMap
    centre: Reference
    km: Bind
    personal: str | None = None
    """The audience column of the row that says who may know where it is."""


@dataclass(frozen=True, slots=True)
class IsCurrent:
    """The record is ACTIVE or INACTIVE: what lists give unless `recordStatus` is asked for."""


Condition = All | AnyOf | Not | Compare | HasRelated | HasChild | HasPart | LinkedTo | Near | IsCurrent
TRUE = All(())


# -- what is read ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A response key with its node. `kinds` is empty where every row has it."""

    key: str
    node: "Node"
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """The entries of one object, in response order."""

    type: mapping.TypeMap
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class TypeName:
    """`__typename`: a constant, or by kind where the type is an interface."""

    name: str | None
    by_kind: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A column of the row."""

    column: mapping.Column
    as_of: Bind | None


@dataclass(frozen=True, slots=True)
class Object:
    """A composite of columns of the row."""

    test: mapping.Column | None
    entries: tuple[tuple[str, "Scalar | TypeName"], ...]
    as_of: Bind | None


@dataclass(frozen=True, slots=True)
class Linked:
    """A to-one object."""

    field: mapping.ToOne
    selection: Selection


@dataclass(frozen=True, slots=True)
class Listed:
    """A short list of part rows."""

    field: mapping.Parts
    selection: Selection
    equal: tuple[tuple[str, Bind], ...]


def demanded(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that must all hold for this one to hold."""
    if not isinstance(condition, All):
        return (condition,)
    return tuple(part for each in condition.conditions for part in demanded(each))


def without(condition: Condition, dropped: Condition) -> Condition:
    """What is demanded beside one of the conditions."""
    return All(tuple(part for part in demanded(condition) if part is not dropped))


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order; `nulls_last` matters only where the column may be null."""

    column: mapping.Column
    is_descending: bool
    nulls_last: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of an order: the first or last `size`, after or before a cursor.

    `nulls` tells which of the cursor's values are null; it is part of a plan's shape, as it changes
    the comparison. `cursor` are the binds of the cursor's values in the order of the keys.
    """

    size: int
    is_backward: bool
    cursor: tuple[Bind, ...] | None
    nulls: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One edge: the cursor, the relation's own fields, the node."""

    entries: tuple[
        tuple[str, "Node | Selection | PathPart | Literal['cursor', 'direction', 'score', 'matched']"], ...
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """A groupBy: keys, and the aggregates of each group (`sum`, `min`, `max` of columns)."""

    keys: tuple[mapping.Column, ...]
    size: int
    order: tuple[tuple[str, bool], ...]
    entries: tuple[tuple[str, "GroupOutput"], ...]


@dataclass(frozen=True, slots=True)
class GroupOutput:
    """`count`, a constant typename, the keys object, or an object of aggregates."""

    what: Literal["count", "keys", "sum", "min", "max", "typename", "kind"]
    entries: tuple[tuple[str, mapping.Column | TypeName | None], ...] = ()
    name: str = ""


Output = (
    Edge
    | Selection
    | Group
    | TypeName
    | tuple[tuple[str, str], ...]
    | Literal["totalCount", "totalCountCapped", "nodeCount", "kinds"]
)
"""One field of a connection: edges, nodes, groupBy, pageInfo as (key, field) pairs, or a count."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of rows with what was asked about it."""

    field: mapping.Related | mapping.Children | mapping.Many | mapping.Search | mapping.Feed | mapping.Match
    target: mapping.TypeMap
    roles: tuple[str, ...]
    direction: mapping.Direction
    condition: Condition
    order: tuple[OrderKey, ...]
    page: Page
    outputs: tuple[tuple[str, Output], ...]
    as_of: Bind | None
    tag: str
    kinds: Bind | None = None
    term: Bind | None = None
    match: "Matching | None" = None


@dataclass(frozen=True, slots=True)
class Found:
    """One row at the root, by equality of columns or by an identifier."""

    selection: Selection
    equal: tuple[tuple[str, Bind], ...]
    identifier: tuple[Bind, Bind, Bind | None] | None
    as_of: Bind | None


@dataclass(frozen=True, slots=True)
class FoundAny:
    """One row of any of several tables, by id; with a separator, a list in the order of the ids."""

    selections: tuple[Selection, ...]
    id: Bind
    separator: str | None


@dataclass(frozen=True, slots=True)
class PathPart:
    """An object in the answer to `paths`, or in that to a match: response key, field, and what is below it.

    A node is a field of the hop's relation; None marks what the search itself found.
    """

    entries: tuple[tuple[str, str, "Node | Selection | PathPart | None"], ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """For whom is matched: which of the field's subjects, its type, the record, and the parts' weights."""

    kind: str
    target: mapping.TypeMap
    subject: Reference
    weights: tuple[Bind, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """The connections between two entities: at most `size` of at most `hops` relations."""

    target: mapping.TypeMap
    relation: mapping.TypeMap
    start: Reference
    goal: Reference
    hops: int
    size: int
    roles: Bind | None
    kinds: Bind | None
    as_of: Bind | None
    outputs: PathPart


@dataclass(frozen=True, slots=True)
class Derived:
    """Objects computed of the row above or of the arguments; `size` where it is a list."""

    field: mapping.Derived
    selection: Selection
    references: tuple[tuple[str, mapping.TypeMap, Reference], ...]
    codes: tuple[tuple[str, str, Bind], ...]
    size: int | None
    as_of: Bind | None


Node = TypeName | Scalar | Object | Linked | Listed | Connection | Found | FoundAny | Paths | Derived


@dataclass(frozen=True, slots=True)
class Root:
    """One root field."""

    key: str
    name: str
    node: Node
    is_nullable: bool
    known_at: Bind | None = None
    """The instant at which the rows were believed; None for what is believed now."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The compiled part of an operation, its price, and what the price is made of."""

    roots: tuple[Root, ...]
    nodes: int
