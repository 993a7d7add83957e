"""Documents that differ only in their literals share one parse, one validation, one plan, one statement.

A document is read by one regular expression into what stays the same (its key) and its literals. Once a
second document of a key comes, the first one, which was parsed and found valid, is rewritten with
variables in the places of its literals; documents of that key then only have their literals coerced.
Whatever is not certainly the same is not found here, and schema/execution.py answers it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    SKIP,
    DirectiveNode,
    DocumentNode,
    FloatValueNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLNonNull,
    GraphQLSchema,
    IntValueNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse_type,
    parse_value,
    validate,
    validate_input_literal,
    value_from_ast,
    visit,
)

from resolvers.arguments import shaping_variables
from resolvers.cache import Cache
from schema.execution import Document, Documents, operation_of
from schema.known import Known, coercer

MAX_TEXT = 10_000
"""Longer documents are not looked at: their keys would make the cache large."""
_MARK = "\x01"
"""Stands for a literal in a key, with its class behind it. No token of GraphQL holds it but a string or
a comment, and documents that hold it are not looked at."""
_TOKENS = re.compile(
    r"""(
    ["\#\-0-9]                                                  # So that the search skips quickly.
    (?: (?<=\#) [^\r\n]*+
      | (?<=") (?: ""(?: [^"\\\ud800-\udfff] | \\(?:\""")? | "{1,2}(?!") )*+\"""
                 | "(?!")
                 | (?: [^"\\\r\n\ud800-\udfff] | \\[^\r\n] )++"
                 | .*+ )                                            # A string that does not end.
      | (?: (?<=-)(?:0|[1-9][0-9]*+) | (?<![_0-9A-Za-z.-].)(?<=0) | (?<![_0-9A-Za-z.-].)(?<=[1-9])[0-9]*+ )
        (?: \.[0-9]++ )? (?: [eE][+-]?[0-9]++ )? (?![.0-9A-Za-z_]) )
    )""",
    re.VERBOSE | re.DOTALL,
)
"""Comments and literals as graphql-core reads them. A number does not begin inside a name or a number.
Nothing is tried twice, so that no text takes longer than its length."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A document's key, its literals as they are written, and where each begins."""

    key: str
    literals: tuple[str, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A known query with variables for literals, and the type of each literal's place."""

    known: Known
    name: str | None
    types: tuple[GraphQLInputType, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The text of a document of a key; `is_unfit` where documents of this key cannot share a plan."""

    text: str
    is_unfit: bool = False


def scan(text: str) -> Scan | None:
    """What stays the same and the literals; None where there are none or the text is not clear."""
    if len(text) > MAX_TEXT or _MARK in text:
        return None
    parts = _TOKENS.split(text)
    literals: list[str] = []
    starts: list[int] = []
    at = len(parts[0])
    for index in range(1, len(parts), 2):
        part = parts[index]
        first = part[0]
        if first != "#":
            literals.append(part)
            starts.append(at)
            is_int = first != '"' and part.lstrip("-").isdigit()
            parts[index] = f"{_MARK}S" if first == '"' else f"{_MARK}I" if is_int else f"{_MARK}F"
        at += len(part) + len(parts[index + 1])
    # No valid document ends with a string: such a one does not end itself.
    if not literals or (parts[-1] == "" and parts[-2][0] == _MARK):
        return None
    return Scan("".join(parts), tuple(literals), tuple(starts))


class Literals:
    """Known queries by what stays the same when literals change, bounded."""

    def __init__(self, documents: Documents, schema: GraphQLSchema, size: int = 500) -> None:
        self.documents = documents
        self.schema = schema
        self.kept: Cache[str, Template | Seen] = Cache(size)
        self._last: tuple[str, str | None, tuple[Known, dict[str, Any]] | None] = ("", None, None)

    def find(self, text: str, name: str | None) -> tuple[Known, dict[str, Any]] | None:
        """The known query and the coerced values of the document's literals."""
        # A request asks twice, whether it is known and for the answer.
        if self._last[0] is not text or self._last[1] != name:
            self._last = (text, name, self._find(text, name))
        return self._last[2]

    def _find(self, text: str, name: str | None) -> tuple[Known, dict[str, Any]] | None:
        scanned = scan(text)
        if scanned is None:
            return None
        found = self.kept.get(scanned.key)
        if not isinstance(found, Template):
            found = self._learn(scanned, found, text)
        if found is None or name not in (None, found.name):
            return None
        values = coerced(scanned.literals, found.types)
        return None if values is None else (found.known, values)

    def _learn(self, scanned: Scan, seen: Seen | None, text: str) -> Template | None:
        """Takes up the former document of the key, where it was valid; else remembers this one."""
        if seen is not None and seen.is_unfit:
            return None
        document = None if seen is None else self.documents.kept.get(seen.text)
        if seen is None or document is None or document.errors != []:
            self.kept.put(scanned.key, Seen(text))
            return None
        before = scan(seen.text)
        template = None if before is None else rewritten(document.node, before, self.schema)
        self.kept.put(scanned.key, template or Seen("", is_unfit=True))
        return template


def coerced(literals: Sequence[str], types: Sequence[GraphQLInputType]) -> dict[str, Any] | None:
    """The literals' values by the names of their variables, or None where one does not fit its place."""
    values: dict[str, Any] = {}
    errors: list[GraphQLError] = []

    def note(error: GraphQLError, _: object) -> None:
        errors.append(error)

    for index, (literal, type_) in enumerate(zip(literals, types, strict=True)):
        try:
            node = _node(literal)
        except GraphQLError:
            return None
        # What validation asks, then what resolvers/arguments.py reads.
        validate_input_literal(node, type_, note)
        value = Undefined if errors else value_from_ast(node, type_)
        if value is Undefined:
            return None
        values[_variable(index)] = value
    return values


def _variable(index: int) -> str:
    """A name that no client can give to a variable."""
    return f"@{index}"


def _node(literal: str) -> ValueNode:
    if literal[0] != '"':
        number = IntValueNode if literal.lstrip("-").isdigit() else FloatValueNode
        return number(value=literal)
    if "\\" in literal or literal.startswith('"""'):
        return parse_value(literal)
    return StringValueNode(value=literal[1:-1], block=False)


class _Rewriter(Visitor):
    """Puts variables in the places of literals, and notes the types of the places."""

    def __init__(self, types: TypeInfo, starts: Sequence[int]) -> None:
        super().__init__()
        self.types = types
        self.indexes = {start: index for index, start in enumerate(starts)}
        self.found: dict[int, GraphQLInputType] = {}
        self.is_sound = True

    def enter(self, node: Any, *_: Any) -> Any:
        if isinstance(node, (DirectiveNode, VariableDefinitionNode)):
            # What stands there decides more than a value; it is left alone and then missing.
            return SKIP
        if not isinstance(node, (IntValueNode, FloatValueNode, StringValueNode)):
            return None
        index = None if node.loc is None else self.indexes.get(node.loc.start)
        type_ = self.types.get_input_type()
        if index is None or type_ is None or index in self.found:
            self.is_sound = False
            return None
        self.found[index] = type_
        return VariableNode(name=NameNode(value=_variable(index)))


def rewritten(document: DocumentNode, scanned: Scan, schema: GraphQLSchema) -> Template | None:
    """The document's query with variables for all its literals; None where that could change its meaning.

    It must be one query, and valid whatever the variables' values are.
    """
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        return None
    types = TypeInfo(schema)
    rewriter = _Rewriter(types, scanned.starts)
    changed = visit(document, TypeInfoVisitor(types, rewriter))
    if not rewriter.is_sound or len(rewriter.found) != len(scanned.literals):
        return None
    places = tuple(rewriter.found[index] for index in range(len(scanned.literals)))
    declared = [
        VariableDefinitionNode(
            variable=VariableNode(name=NameNode(value=_variable(index))),
            type=parse_type(f"{place.of_type if isinstance(place, GraphQLNonNull) else place}!"),
        )
        for index, place in enumerate(places)
    ]
    definitions = tuple(
        replace(d, variable_definitions=(*(d.variable_definitions or ()), *declared))
        if isinstance(d, OperationDefinitionNode)
        else d
        for d in changed.definitions
    )
    document = DocumentNode(definitions=definitions)
    if validate(schema, document):
        return None
    operation = operation_of(Document(document, shaping_variables(document)), scanned.key, None)
    name = operations[0].name.value if operations[0].name else None
    return Template(Known(operation, coercer(schema, operations[0])), name, places)
