"""Arguments of a field with their places: each leaf knows its value now and where it comes from.

The planner looks at values only where they shape the statement (nulls, keys, enums, page sizes); all
else is bound later from the same place. `shape` is what two requests must share to share a plan.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    Visitor,
    value_from_ast,
    visit,
)

from resolvers.cursors import null_mask
from resolvers.errors import BadUserInput
from resolvers.plan import Constant, Several, Source, Variable


@dataclass(frozen=True, slots=True)
class Given:
    """A leaf (or a list of leaves): its value in this request, and its source."""

    value: Any
    source: Source


Argument = Given | dict[str, "Argument"] | list["Argument"]


def arguments_of(
    definition: GraphQLField, node: FieldNode, variables: Mapping[str, Any]
) -> dict[str, Argument]:
    """The arguments given to a field, defaults applied; absent ones are absent, nulls are `Given(None)`."""
    found: dict[str, Argument] = {}
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    for name, argument in definition.args.items():
        value = _from_node(given[name], argument.type, variables) if name in given else None
        if value is None and argument.default_value is not Undefined:
            value = _from_value(argument.default_value, argument.type, None)
        if value is not None:
            found[name] = value
    return found


def argument_of(value: Any, type_: GraphQLInputType) -> Argument:
    """A coerced value that stands in no document, as an argument of constants."""
    return _from_value(value, type_, None)


def _nullable(type_: GraphQLInputType) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _from_node(node: ValueNode, type_: GraphQLInputType, variables: Mapping[str, Any]) -> Argument | None:
    if isinstance(node, VariableNode):
        name = node.name.value
        if isinstance(type_, GraphQLNonNull) and name in variables and variables[name] is None:
            # Legal in a document where the variable has a default; only its value can be judged.
            raise BadUserInput(
                f"${name} is null where a value is needed.", hint="Give a value or leave it out."
            )
    type_ = _nullable(type_)
    if isinstance(node, VariableNode):
        return _from_value(variables[name], type_, (name,)) if name in variables else None
    if isinstance(type_, GraphQLList):
        return _list_from_node(node, type_, variables)
    if isinstance(type_, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        return _object_from_node(node, type_, variables)
    return Given(value_from_ast(node, type_), Constant(value_from_ast(node, type_)))


def _list_from_node(node: ValueNode, type_: GraphQLList[Any], variables: Mapping[str, Any]) -> Argument:
    item_type = _nullable(type_.of_type)
    nodes = node.values if isinstance(node, ListValueNode) else (node,)
    if node.kind == "null_value":
        return Given(None, Constant(None))
    items = [item for item in (_from_node(n, item_type, variables) for n in nodes) if item is not None]
    if isinstance(item_type, GraphQLInputObjectType):
        return items
    leaves = [item for item in items if isinstance(item, Given)]
    values = [leaf.value for leaf in leaves]
    if all(isinstance(leaf.source, Constant) for leaf in leaves):
        return Given(values, Constant(values))
    return Given(values, Several(tuple(leaf.source for leaf in leaves)))


def _object_from_node(
    node: ObjectValueNode, type_: GraphQLInputObjectType, variables: Mapping[str, Any]
) -> dict[str, Argument]:
    given = {field.name.value: field.value for field in node.fields}
    found: dict[str, Argument] = {}
    for name, field in type_.fields.items():
        value = _from_node(given[name], field.type, variables) if name in given else None
        if value is None and field.default_value is not Undefined:
            value = _from_value(field.default_value, field.type, None)
        if value is not None:
            found[name] = value
    return found


def _from_value(value: Any, type_: GraphQLInputType, path: tuple[str | int, ...] | None) -> Argument:
    type_ = _nullable(type_)
    source: Source = Constant(value) if path is None else Variable(path)
    if value is None:
        return Given(None, source)
    if isinstance(type_, GraphQLList):
        item_type = _nullable(type_.of_type)
        if isinstance(item_type, GraphQLInputObjectType):
            return [
                _from_value(item, item_type, None if path is None else (*path, index))
                for index, item in enumerate(value)
            ]
        return Given(value, source)
    if isinstance(type_, GraphQLInputObjectType):
        return {
            key: _from_value(item, type_.fields[key].type, None if path is None else (*path, key))
            for key, item in value.items()
            if key in type_.fields
        }
    return Given(value, source)


class _ShapingVariables(Visitor):
    """Finds variables whose values shape the plan: page sizes (inlined), cursors (null masks), and ids,
    whose number is priced."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: set[str] = set()
        self.cursors: set[str] = set()
        self.ids: set[str] = set()

    def enter_argument(self, node: Any, *_: Any) -> None:
        if isinstance(node.value, VariableNode):
            if node.name.value in ("first", "last", "maxHops"):
                self.sizes.add(node.value.name.value)
            elif node.name.value in ("after", "before"):
                self.cursors.add(node.value.name.value)
            elif node.name.value == "ids":
                self.ids.add(node.value.name.value)


@dataclass(frozen=True, slots=True)
class Shaping:
    """The names of variables that shape a document's plans by value."""

    sizes: frozenset[str]
    cursors: frozenset[str]
    ids: frozenset[str]


def shaping_variables(document: DocumentNode) -> Shaping:
    """Scans a document once."""
    visitor = _ShapingVariables()
    visit(document, visitor)
    return Shaping(frozenset(visitor.sizes), frozenset(visitor.cursors), frozenset(visitor.ids))


def shape(variables: Mapping[str, Any], shaping: Shaping) -> tuple[Any, ...]:
    """A hashable value equal for requests that may share a plan."""
    return tuple(
        (
            name,
            value
            if name in shaping.sizes
            # What is no cursor has no mask, as null has none; but null is the first page, and it is an error.
            else (value is None, null_mask(value))
            if name in shaping.cursors
            else len(value)
            if name in shaping.ids and isinstance(value, list)
            else _shape(value),
        )
        for name, value in sorted(variables.items())
    )


def _shape(value: Any) -> Any:
    if value is None or isinstance(value, (bool, Enum)):
        return value
    if isinstance(value, Mapping):
        return tuple((key, _shape(item)) for key, item in sorted(value.items()))
    if isinstance(value, Collection) and not isinstance(value, str):
        if any(isinstance(item, (Mapping, Enum)) for item in value):
            return tuple(_shape(item) for item in value)
        return "[]"
    return "."
