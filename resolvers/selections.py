"""Collects the fields of selection sets: fragments expanded, directives applied, kinds merged.

The part of planning that only looks at the document. What a field stands for is resolvers/planner.py's
business.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
)

Collected = dict[str, list[FieldNode]]
"""Fields by response key, in the order of the answer."""


class Selections:
    """The fragments and variables of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables

    def collect(self, type_name: str, selections: Iterable[SelectionSetNode | None]) -> Collected:
        """Fields by response key for one concrete type: fragments expanded, directives applied."""
        found: Collected = {}
        for selection_set in selections:
            if selection_set is not None:
                self._collect(type_name, selection_set, found, set())
        return found

    def _collect(
        self, type_name: str, selection_set: SelectionSetNode, found: Collected, seen: set[str]
    ) -> None:
        for selection in selection_set.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                found.setdefault(key, []).append(selection)
                continue
            fragment: Any = selection
            if isinstance(selection, FragmentSpreadNode):
                if selection.name.value in seen:
                    continue
                seen.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
            condition = fragment.type_condition
            if condition is None or self._applies(condition.name.value, type_name):
                self._collect(type_name, fragment.selection_set, found, seen)

    def _is_included(self, node: Any) -> bool:
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                value = directive.arguments[0].value
                is_set = self.variables[value.name.value] if value.kind == "variable" else value.value
                if bool(is_set) == (directive.name.value == "skip"):
                    return False
        return True

    def _applies(self, condition: str, type_name: str) -> bool:
        if condition == type_name:
            return True
        conditioned, type_ = self.schema.type_map[condition], self.schema.type_map.get(type_name)
        return (
            isinstance(conditioned, GraphQLAbstractType)
            and isinstance(type_, GraphQLObjectType)
            and self.schema.is_sub_type(conditioned, type_)
        )


def merge(collected: Mapping[str, Collected]) -> list[tuple[str, list[FieldNode], list[str]]]:
    """One sequence that holds each kind's keys in that kind's order, equal fields of kinds together."""
    merged: list[tuple[str, list[FieldNode], list[str]]] = []
    for kind, fields in collected.items():
        at = 0
        for key, nodes in fields.items():
            found = next(
                (i for i in range(at, len(merged)) if merged[i][0] == key and _is_same(merged[i][1], nodes)),
                None,
            )
            if found is None:
                merged.insert(at, (key, nodes, [kind]))
                found = at
            else:
                merged[found][2].append(kind)
            at = found + 1
    return merged


def _is_same(one: list[FieldNode], other: list[FieldNode]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
