"""One import as a live stream: the same read as the query `importJob`, again whenever the job has changed.

NOTIFY only wakes it; what a subscriber may see is decided at every read. It ends with the job. Not its
business: what changes a job (exchange/job.py).
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

import orjson
from graphql import FieldNode, NameNode, SelectionSetNode

from models.database import Database
from models.fact_vocabulary import ImportStatus
from resolvers import cost, plan
from resolvers.errors import BadUserInput, Code
from resolvers.planner import Planner
from resolvers.reads import Operation, Reads
from resolvers.viewer import Viewer

CHANNEL = "triplehelix_import"
FIELD = "importJob"
POLL_SECONDS = 15.0
"""A quiet stream looks again after this long, should a notification have been lost."""
_GOING_ON = (ImportStatus.QUEUED, ImportStatus.RUNNING)
_STATUS = SelectionSetNode(selections=(FieldNode(name=NameNode(value="status")),))


def is_asked(reads: Reads, operation: Operation, variables: Mapping[str, Any]) -> bool:
    """Whether a subscription is of an import."""
    _, nodes, _ = _root(reads, operation, variables)
    return nodes[0].name.value == FIELD


class ImportFeed:
    """The states of an import that a subscription asks for, as JSON of its selection."""

    def __init__(
        self, reads: Reads, operation: Operation, variables: Mapping[str, Any], viewer: Viewer
    ) -> None:
        """Raises LimitExceeded COST_LIMIT for a state that may be too large, BadUserInput for arguments."""
        self.reads = reads
        self.variables = variables
        self.viewer = viewer
        planner, nodes, self.key = _root(reads, operation, variables)
        self.node = nodes[0]
        price = cost.Price()
        today = plan.Bind(plan.TODAY, "date", "date", "asOf")
        asked = planner.root("asked", nodes, today, price)
        status = dataclasses.replace(self.node, alias=None, selection_set=_STATUS)
        roots = (asked, planner.root("status", [status], today, price))
        cost.check(price, reads.limits.cost)
        self.statement = reads.print(roots, viewer)

    async def follow(self, database: Database) -> AsyncIterator[tuple[None, bytes]]:
        """The job as it stands, and again when it has changed, until it has ended.

        Raises NOT_FOUND where there is no such import for the viewer.
        """
        last = None
        async with database.notified(CHANNEL) as woken:
            while True:
                woken.clear()
                asked, status = await self.reads.fetch(self.statement, self.variables, self.viewer, database)
                found = orjson.loads(status)
                if found is None:
                    raise BadUserInput(
                        "There is no such import.",
                        code=Code.NOT_FOUND,
                        hint="Its id is in the answer to the upload, and in importJobs.",
                    )
                if asked != last:
                    yield None, asked
                    last = asked
                if found["status"] not in _GOING_ON:
                    return
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await woken.wait()


def _root(
    reads: Reads, operation: Operation, variables: Mapping[str, Any]
) -> tuple[Planner, list[FieldNode], str]:
    planner = Planner(reads.catalog, reads.schema, operation.fragments, variables, reads.limits)
    root = reads.schema.subscription_type
    assert root is not None
    ((key, nodes),) = planner.collect(root.name, [operation.node.selection_set]).items()
    return planner, nodes, key
