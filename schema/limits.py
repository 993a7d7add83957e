"""Limits of a document, checked before it is validated: tokens, depth, aliases, root fields, fields.

The analysis visits each fragment once and remembers what it amounts to, so that fragments which spread
each other many times cost nothing to refuse. The price of an operation is resolvers/cost.py's business.
"""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from resolvers.errors import Code, LimitExceeded


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What a document may amount to, fragments expanded.

    Introspection may be deeper, since the usual introspection query is; graphql-core bounds its lists.
    """

    tokens: int = 2000
    depth: int = 15
    introspection_depth: int = 25
    aliases: int = 30
    root_fields: int = 20
    fields: int = 5000


@dataclass(frozen=True, slots=True)
class _Amount:
    depth: int = 0
    aliases: int = 0
    fields: int = 0
    roots: int = 0
    introspection_depth: int = 0


def parse_document(text: str, limits: DocumentLimits) -> DocumentNode:
    """Parses within the limit of tokens; raises GraphQLError or LimitExceeded TOKEN_LIMIT."""
    try:
        return parse(text, max_tokens=limits.tokens)
    except GraphQLError as error:
        if "token" in error.message.lower() and "abort" in error.message.lower():
            raise LimitExceeded(
                f"The document has more than {limits.tokens} tokens.",
                code=Code.TOKEN_LIMIT,
                hint="Ask for less, or in several operations.",
                limit=limits.tokens,
            ) from None
        raise


def check_document(document: DocumentNode, limits: DocumentLimits) -> None:
    """Raises LimitExceeded for the first limit that an operation of the document exceeds."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    amounts = _Amounts(fragments)
    for definition in document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        amount = amounts.of(definition.selection_set, is_root=True)
        _refuse(amount.depth, limits.depth, Code.DEPTH_LIMIT, "levels of fields", "Ask for fewer levels.")
        _refuse(
            amount.introspection_depth,
            limits.introspection_depth,
            Code.DEPTH_LIMIT,
            "levels of introspection",
            "Use the usual introspection query.",
        )
        _refuse(amount.aliases, limits.aliases, Code.ALIAS_LIMIT, "aliases", "Use several operations.")
        _refuse(
            amount.roots, limits.root_fields, Code.ROOT_FIELD_LIMIT, "root fields", "Use several operations."
        )
        _refuse(amount.fields, limits.fields, Code.FIELD_LIMIT, "fields", "Spread fragments less often.")


def _refuse(found: int, limit: int, code: Code, what: str, hint: str) -> None:
    if found > limit:
        raise LimitExceeded(
            f"The operation has {min(found, 10**9)} {what}, fragments expanded; {limit} are allowed.",
            code=code,
            hint=hint,
            limit=limit,
        )


class _Amounts:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, _Amount] = {}
        self._open: set[str] = set()

    def of(self, selection_set: SelectionSetNode, *, is_root: bool = False) -> _Amount:
        depth = aliases = fields = roots = introspection = 0
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                inner = self.of(selection.selection_set) if selection.selection_set else _Amount()
                fields += 1 + inner.fields
                aliases += inner.aliases + (selection.alias is not None)
                roots += 1
                if is_root and selection.name.value in ("__schema", "__type"):
                    introspection = max(introspection, 1 + inner.depth)
                else:
                    depth = max(depth, 1 + inner.depth)
                    introspection = max(introspection, inner.introspection_depth)
                continue
            if isinstance(selection, FragmentSpreadNode):
                inner = self._fragment(selection.name.value, is_root=is_root)
            elif isinstance(selection, InlineFragmentNode):
                inner = self.of(selection.selection_set, is_root=is_root)
            else:
                continue
            depth = max(depth, inner.depth)
            introspection = max(introspection, inner.introspection_depth)
            aliases += inner.aliases
            fields += inner.fields
            roots += inner.roots
        return _Amount(depth, aliases, fields, roots, introspection)

    def _fragment(self, name: str, *, is_root: bool) -> _Amount:
        key = f"{name}{'@root' if is_root else ''}"
        if key not in self._known:
            # A cycle or an unknown fragment counts as nothing here; validation refuses it.
            if name in self._open or name not in self._fragments:
                return _Amount()
            self._open.add(name)
            self._known[key] = self.of(self._fragments[name].selection_set, is_root=is_root)
            self._open.discard(name)
        return self._known[key]
