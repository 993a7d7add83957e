"""The field `cost`: what a query would cost, without running it.

How a price is made is resolvers/cost.py's business. An operation that runs tells its own in
`extensions.cost`.
"""

from typing import Annotated, cast

import strawberry
from graphql import GraphQLSyntaxError, OperationType, get_variable_values, specified_rules
from strawberry.scalars import JSON
from strawberry.schema.schema import validate_document
from strawberry.types import Info

from resolvers.errors import BadUserInput, Code
from schema.context import Context
from schema.execution import operation_of, refusal

MOST_TOLD = 2**31 - 1
"""The largest number that GraphQL's Int can hold."""


@strawberry.type(description="What a list of a query may return.")
class ListCost:
    """A list or a grouping, with the lists below it."""

    path: str = strawberry.field(description="Where it stands: the fields from the root, with dots.")
    size: int = strawberry.field(description="How many records it may have for each row above it.")
    nodes: int = strawberry.field(description="What it costs, all lists below it included.")


@strawberry.type(description="What a query would cost.")
class Cost:
    """A price in nodes: records that may be returned."""

    nodes: int = strawberry.field(
        description="How many nodes it may return at most; 2147483647: that many or more."
    )
    limit: int = strawberry.field(description="How many nodes one operation may return.")
    is_allowed: bool = strawberry.field(description="Whether it would be run.")
    lists: list[ListCost] = strawberry.field(description="The lists that make the price, dearest first.")


def cost(
    info: Info[Context, None],
    query: Annotated[str, strawberry.argument(description="The document, as it would be sent.")],
    variables: Annotated[
        JSON | None, strawberry.argument(description="Its variables: sizes of pages may be among them.")
    ] = None,
    operation_name: Annotated[
        str | None, strawberry.argument(description="Which operation, where the document has several.")
    ] = None,
) -> Cost | None:
    """Plans the query and adds up; no data statement. Bad documents are refused as when they are run."""
    compiled, schema = info.context.compiled, info._raw_info.schema
    assert compiled is not None
    try:
        document = compiled.documents.parse(query)
    except GraphQLSyntaxError as error:
        raise refusal(BadUserInput(error.message, code=Code.DOCUMENT_INVALID, argument="query")) from error
    errors = document.errors
    if errors is None:
        errors = document.errors = validate_document(schema, document.node, specified_rules)
    if errors:
        raise refusal(BadUserInput(errors[0].message, code=Code.DOCUMENT_INVALID, argument="query"))
    try:
        operation = operation_of(document, query, operation_name)
    except StopIteration:
        raise refusal(
            BadUserInput("The query has no operation of this name.", argument="operationName")
        ) from None
    if operation.node.operation is not OperationType.QUERY:
        hint = "Price a query; a mutation costs what its payloads would cost."
        raise refusal(BadUserInput("Only queries have a price beforehand.", argument="query", hint=hint))
    if not isinstance(variables or {}, dict):
        raise refusal(BadUserInput("Variables are an object of values by name.", argument="variables"))
    coerced = get_variable_values(
        schema, operation.node.variable_definitions or (), cast("dict[str, object]", variables or {})
    )
    if isinstance(coerced, list):
        raise refusal(BadUserInput(coerced[0].message, argument="variables"))
    planned = compiled.reads.planned(operation, coerced.coerced)
    for _, _, failure in planned.failed:
        raise refusal(failure)
    lists = sorted(planned.price.pages(), key=lambda page: (-page.total, page.path))
    limit, nodes = compiled.reads.limits.cost, planned.price.total
    shown = [
        ListCost(path=".".join(page.path), size=page.size, nodes=min(page.total, MOST_TOLD)) for page in lists
    ]
    return Cost(nodes=min(nodes, MOST_TOLD), limit=limit, is_allowed=nodes <= limit, lists=shown)
