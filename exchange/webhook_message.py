"""The messages of webhooks: which changes a partner gets, and what is said of each.

Both are operations of the API itself, compiled like any other: a webhook says nothing that its partner could
not read. How a message is signed and sent is the business of exchange/webhooks.py.
"""

import copy
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import orjson
from graphql import OperationDefinitionNode, parse

from models.database import Database
from resolvers.arguments import shaping_variables
from resolvers.cursors import encode
from resolvers.feed import TAG, Feed
from resolvers.reads import Operation, Reads
from resolvers.viewer import Viewer

CHANGES = "subscription($kinds: [ChangeKind!]) { changes(kinds: $kinds) { verb kind recordId changedAt } }"
RECORD = """
query($id: ID!) {
  node(id: $id) {
    id
    __typename
    ... on Entity { kind slug name recordStatus version updatedAt successor { id } }
    ... on Relation { role subject { id } object { id } since until }
    ... on Dispute { status reason resolution field relation { id } subject { id } object { id } }
    ... on Correction { status reason resolution field value unit entity { id } }
  }
}
"""
"""Of each kind its core. Names that mean different things in two kinds never meet: a node is of one kind."""
PING = "webhook.ping"


def operation_of(text: str) -> Operation:
    """A document of ours with one operation."""
    document = parse(text)
    (node,) = document.definitions
    assert isinstance(node, OperationDefinitionNode)
    return Operation((text, None), node, {}, shaping_variables(document))


def viewer_of(owner_id: UUID) -> Viewer:
    """The rights by which a webhook reads: its partner's, without any scope."""
    return Viewer(role="partner", partner_id=owner_id)


class Messages:
    """Reads changes and records as partners."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._record = operation_of(RECORD)
        operation, anybody = operation_of(CHANGES), Viewer(role="partner")
        self._feeds = {
            False: Feed(reads, operation, {}, anybody),
            True: Feed(reads, operation, {"kinds": ["ZONE"]}, anybody),
        }

    def feed(self, owner_id: UUID, kinds: Sequence[str]) -> Feed:
        """The changes of these kinds that a partner may see; of all kinds where none is given."""
        made = copy.copy(self._feeds[bool(kinds)])
        made.viewer = viewer_of(owner_id)
        made.variables = {"kinds": list(kinds)} if kinds else {}
        return made

    async def body(self, database: Database, delivery: Any) -> bytes:
        """The message of a delivery: what happened, and the record as it is now, null where it is not to be
        seen."""
        if delivery["record_id"] is None:
            said = {"webhook": str(delivery["webhook_id"])}
            return orjson.dumps({"type": PING, "timestamp": delivery["created_at"], "data": said})
        viewer = viewer_of(delivery["owner_id"])
        variables = {"id": str(delivery["record_id"])}
        prepared = self._reads.prepare(self._record, variables, viewer)
        answer = await self._reads.run(prepared, variables, viewer, database)
        for error in answer.errors.values():
            raise error
        data = {
            "cursor": encode(TAG, [str(delivery["xid"]), str(delivery["seq"])]),
            "verb": delivery["verb"],
            "kind": delivery["kind"],
            "recordId": str(delivery["record_id"]),
            "changedAt": delivery["changed_at"],
            "record": orjson.Fragment(answer.values["node"]),
        }
        kind = type_of(delivery["kind"], delivery["verb"])
        return orjson.dumps({"type": kind, "timestamp": delivery["changed_at"], "data": data})


def type_of(kind: str, verb: str) -> str:
    """`UNIVERSITY`, `UPDATED` -> `university.updated`."""
    return f"{kind.lower()}.{verb.lower()}"


def message_id(webhook_id: UUID, seq: int, record_id: str, changed_at: str) -> str:
    """The same for each attempt and replay of a change, so that a receiver knows what it has had; also where
    the log was restored, and never that of a change which the restore lost."""
    return f"msg_{uuid5(webhook_id, f'{seq}.{record_id}.{changed_at}').hex}"
