"""Runs the compiled part of an operation: plan, statement, binds, bytes.

Keeps plans and statements by document, operation, shape of the variables and level of the viewer. What
is not compiled (introspection, `viewer`) is left to the caller (schema/execution.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
from graphql import FieldNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

from models.database import Database
from resolvers import cost, plan
from resolvers.arguments import Shaping, shape
from resolvers.binding import Binder
from resolvers.cache import Cache
from resolvers.errors import TripleHelixError, raised
from resolvers.limits import ReadLimits
from resolvers.mapping import Catalog, Many
from resolvers.planner import Planner
from resolvers.sql import Printer, Statement
from resolvers.viewer import Viewer

TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a validated document, ready to be planned."""

    key: tuple[str, str | None]
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    shaping: Shaping


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation's compiled part for one shape: what runs, what fails at once, what is left.

    `failed` are root fields whose arguments cannot be used, `residual` the selections for graphql-core,
    `order` all response keys in the order of the answer.
    """

    statement: Statement | None
    roots: tuple[plan.Root, ...]
    failed: tuple[tuple[str, bool, TripleHelixError], ...]
    residual: tuple[FieldNode, ...]
    order: tuple[str, ...]
    nodes: int
    typenames: tuple[str, ...] = ()
    allowed: tuple[Callable[[Viewer], None], ...] = ()
    """What each viewer must pass before it runs."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What of an operation can be planned, as in Prepared, and what it costs."""

    roots: tuple[plan.Root, ...]
    failed: tuple[tuple[str, bool, TripleHelixError], ...]
    residual: tuple[FieldNode, ...]
    order: tuple[str, ...]
    price: cost.Price


@dataclass(slots=True)
class Answer:
    """JSON bytes by response key, and errors by response key."""

    values: dict[str, bytes] = field(default_factory=dict)
    errors: dict[str, Exception] = field(default_factory=dict)


class Reads:
    """The compiler with its caches, for one schema."""

    def __init__(
        self,
        catalog: Catalog,
        schema: GraphQLSchema,
        limits: ReadLimits,
        cache_size: int = 1000,
    ) -> None:
        self.catalog = catalog
        self.schema = schema
        self.limits = limits
        self.binder = Binder(limits)
        self.plans: Cache[tuple[Any, ...], Prepared] = Cache(cache_size)
        self.statements = 0
        """Data statements that were run; tests count with it."""

    def prepare(self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer) -> Prepared:
        """The plan and statement for this shape; raises LimitExceeded COST_LIMIT, and FORBIDDEN or
        SCOPE_MISSING for a root field that the viewer may not ask for."""
        key = (operation.key, shape(variables, operation.shaping), viewer.level)
        found = self.plans.get(key)
        if found is None:
            found = self._prepare(operation, variables, viewer)
            if not found.failed:
                self.plans.put(key, found)
        for allowed in found.allowed:
            allowed(viewer)
        return found

    def _prepare(self, operation: Operation, variables: Mapping[str, Any], viewer: Viewer) -> Prepared:
        planned = self.planned(operation, variables)
        cost.check(planned.price, self.limits.cost)
        statement = self.print(planned.roots, viewer) if planned.roots else None
        parts = (planned.roots, planned.failed, planned.residual, planned.order)
        asked = [self.catalog.query[root.name] for root in planned.roots]
        allowed = tuple(one.allowed for one in asked if isinstance(one, Many) and one.allowed is not None)
        return Prepared(statement, *parts, planned.price.total, allowed=allowed)

    def planned(self, operation: Operation, variables: Mapping[str, Any]) -> Planned:
        """The plan and price of a query; nothing is printed, run or refused for its price."""
        planner = Planner(self.catalog, self.schema, operation.fragments, variables, self.limits)
        collected = planner.collect("Query", [operation.node.selection_set])
        price = cost.Price()
        roots: list[plan.Root] = []
        failed: list[tuple[str, bool, TripleHelixError]] = []
        residual: list[FieldNode] = []
        today = plan.Bind(plan.TODAY, "date", "date", "asOf")
        for key, nodes in collected.items():
            name = nodes[0].name.value
            if name not in self.catalog.query:
                residual += nodes
                continue
            try:
                roots.append(planner.root(key, nodes, today, price))
            except TripleHelixError as error:
                failed.append((key, self._is_nullable(name), error))
        return Planned(tuple(roots), tuple(failed), tuple(residual), tuple(collected), price)

    def _is_nullable(self, name: str) -> bool:
        query = self.schema.query_type
        assert query is not None
        return not str(query.fields[name].type).endswith("!")

    def print(self, roots: tuple[plan.Root, ...], viewer: Viewer) -> Statement:
        """The statement of some root fields for the viewer's level."""
        return Printer(self.catalog, viewer.level).statement(roots)

    async def run(
        self, prepared: Prepared, variables: Mapping[str, Any], viewer: Viewer, database: Database
    ) -> Answer:
        """Runs the statement; where it fails as a whole, each root field alone, so that only those that
        fail report (the one case of more than one data statement)."""
        answer = Answer()
        for key, _, error in prepared.failed:
            answer.errors[key] = error
        if prepared.statement is None:
            return answer
        values = {**variables, "@today": datetime.now(UTC).date()}
        try:
            found = await self.fetch(prepared.statement, values, viewer, database)
            answer.values.update(zip((root.key for root in prepared.roots), found, strict=True))
        except Exception as error:
            if len(prepared.roots) == 1:
                answer.errors[prepared.roots[0].key] = error
                return answer
            for root in prepared.roots:
                await self._run_alone(root, values, viewer, database, answer)
        return answer

    async def _run_alone(
        self, root: plan.Root, values: Mapping[str, Any], viewer: Viewer, database: Database, answer: Answer
    ) -> None:
        try:
            (found,) = await self.fetch(self.print((root,), viewer), values, viewer, database)
            answer.values[root.key] = found
        except Exception as error:
            answer.errors[root.key] = error

    async def fetch(
        self, statement: Statement, values: Mapping[str, Any], viewer: Viewer, database: Database
    ) -> tuple[bytes, ...]:
        """Runs one data statement; the JSON of each root field."""
        values = {"@today": datetime.now(UTC).date(), "@partner": viewer.partner_id, **values}
        binds = self.binder.all(statement.binds, values)
        self.statements += 1
        try:
            row = await database.read_row(viewer, statement.sql, binds)
        except asyncpg.PostgresError as error:
            raise (raised(error) or error) from error
        return statement.values(row)

    async def fetch_on(
        self, connection: Any, statement: Statement, values: Mapping[str, Any], viewer: Viewer
    ) -> tuple[bytes, ...]:
        """As `fetch`, on a connection that writes as the viewer: it reads what its transaction wrote."""
        values = {"@today": datetime.now(UTC).date(), "@partner": viewer.partner_id, **values}
        self.statements += 1
        row = await connection.fetchrow(statement.sql, *self.binder.all(statement.binds, values))
        # Connections that write have no codec for texts as bytes (models/database.py).
        return statement.values([None if text is None else text.encode() for text in row])
