"""What follows from a declaration, and what an operation becomes: the texts of `triplehelix explain`.

Asks the compiler and prints; decides nothing. How a declaration is printed is the business of
resolvers/declaration_text.py, a plan that of plan_text.py, SQL that of sql_text.py.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
    parse,
    validate,
)

from models.database import Database
from resolvers import declaration_text
from resolvers.arguments import shaping_variables
from resolvers.errors import BadUserInput, Code
from resolvers.plan_text import draw, source_text
from resolvers.reads import Operation, Prepared, Reads
from resolvers.sql_text import lay_out
from resolvers.viewer import ANONYMOUS, Viewer


@dataclass(frozen=True, slots=True)
class Explained:
    """An operation as the compiler sees it: its plan, statement and price, and the bound values."""

    prepared: Prepared
    values: Mapping[str, Any]
    viewer: Viewer
    reads: Reads

    @property
    def binds(self) -> list[Any]:
        """The statement's arguments in order; raises BadUserInput."""
        statement = self.prepared.statement
        return [] if statement is None else self.reads.binder.all(statement.binds, self.values)


def declaration(reads: Reads, name: str) -> str:
    """All that followed from a type's declaration, with a list of it and its SQL.

    Raises:
        BadUserInput: where no type has the name.
    """
    type_ = declaration_text.find(reads.catalog, name)
    parts = [declaration_text.describe(reads.catalog, reads.schema, type_)]
    sample = declaration_text.sample_query(reads.catalog, type_)
    if sample is not None:
        parts += [f"SAMPLE  {sample}", text(operation(reads, sample, {}, ANONYMOUS))]
    return "\n\n".join(parts)


def variables_of(text: str) -> dict[str, Any]:
    """The variables in a JSON text; raises BadUserInput where it is no JSON object."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadUserInput(f"The variables are not JSON: {error}.", code=Code.VARIABLES_INVALID) from None
    if not isinstance(found, dict):
        raise BadUserInput("The variables are not a JSON object.", code=Code.VARIABLES_INVALID)
    return found


def operation(
    reads: Reads, text: str, variables: Mapping[str, Any], viewer: Viewer, name: str | None = None
) -> Explained:
    """Compiles a document's query for a viewer, whatever it costs.

    Raises:
        BadUserInput: for a document that cannot be parsed, is not valid, or has no such query.
    """
    document = _document(reads, text)
    node = _query(document, name)
    coerced = get_variable_values(reads.schema, node.variable_definitions or (), dict(variables))
    if isinstance(coerced, list):
        raise _invalid(coerced, Code.VARIABLES_INVALID, "The variables do not fit")
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    unlimited = Reads(reads.catalog, reads.schema, replace(reads.limits, cost=sys.maxsize))
    one = Operation((text, name), node, fragments, shaping_variables(document))
    prepared = unlimited.prepare(one, coerced.coerced, viewer)
    values = {**coerced.coerced, "@today": datetime.now(UTC).date(), "@partner": viewer.partner_id}
    return Explained(prepared, values, viewer, reads)


def _document(reads: Reads, text: str) -> DocumentNode:
    try:
        document = parse(text)
    except GraphQLError as error:
        raise _invalid([error], Code.DOCUMENT_INVALID, "The document cannot be parsed") from None
    if errors := validate(reads.schema, document):
        raise _invalid(errors, Code.DOCUMENT_INVALID, "The document is not valid")
    return document


def _invalid(errors: list[GraphQLError], code: Code, what: str) -> BadUserInput:
    first = errors[0]
    place = f" (line {first.locations[0].line})" if first.locations else ""
    return BadUserInput(f"{what}: {first.message}{place}", code=code)


def _query(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    queries = {
        d.name.value if d.name else None: d
        for d in document.definitions
        if isinstance(d, OperationDefinitionNode) and d.operation is OperationType.QUERY
    }
    if name is None and len(queries) == 1:
        return next(iter(queries.values()))
    if name in queries and name is not None:
        return queries[name]
    known = ", ".join(sorted(str(one) for one in queries))
    raise BadUserInput(
        "The document has no query of this name." if name else "The document has not exactly one query.",
        code=Code.DOCUMENT_INVALID,
        hint=f"Its queries: {known}." if known else "Only queries are compiled.",
    )


def text(explained: Explained) -> str:
    """Plan, price, statement and binds, for people."""
    prepared, statement = explained.prepared, explained.prepared.statement
    is_over = prepared.nodes > explained.reads.limits.cost
    lines = [
        "PLAN",
        *(f"  {line}" for root in prepared.roots for line in draw(root)),
        *(f"  {key}: refused: {error.message}" for key, _, error in prepared.failed),
        *(f"  {node.name.value}: not compiled, run by graphql-core" for node in prepared.residual),
        "",
        f"COST  {prepared.nodes:,} of {explained.reads.limits.cost:,} nodes"
        + ("; the API refuses it with COST_LIMIT" if is_over else ""),
    ]
    if statement is not None:
        lines += ["", f"SQL  as {explained.viewer.role}", lay_out(statement.sql), "", "BINDS"]
        for number, (bind, value) in enumerate(zip(statement.binds, explained.binds, strict=True), 1):
            lines.append(f"  ${number:<3} {bind.sql:<12} {source_text(bind)} = {value}")
    return "\n".join(lines)


async def analyzed(explained: Explained, dsn: str, schema: str) -> str:
    """What PostgreSQL does with the statement: EXPLAIN (ANALYZE, BUFFERS), under the viewer's own role."""
    statement = explained.prepared.statement
    if statement is None:
        return "ANALYZE\n  no statement"
    database = Database(dsn, schema=schema, read_size=2, write_size=1)
    await database.open()
    try:
        async with database.read(explained.viewer) as connection:
            role = await connection.fetchval("SELECT current_user::text")
            rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}", *explained.binds)
    finally:
        await database.close()
    return "\n".join([f"ANALYZE  as {role.decode()}", *(f"  {row[0].decode()}" for row in rows)])
