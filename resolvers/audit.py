"""The log of administration: who did what to which, noted in the transaction that does it.

Rows are only ever added (the table refuses all else). It holds no secrets and no values of personal fields;
what an act is, and whether it is allowed, is the business of who calls.
"""

import json
from collections.abc import Mapping
from typing import Any

import asyncpg

from models.writing_vocabulary import AuditOutcome
from resolvers.viewer import Viewer

OPERATOR = "operator"
"""Who acts by a command on the machine, without a key."""


async def note(
    connection: asyncpg.Connection,
    viewer: Viewer | None,
    action: str,
    target: str,
    detail: Mapping[str, Any] | None = None,
    *,
    request_id: str | None = None,
    outcome: AuditOutcome = AuditOutcome.DONE,
) -> None:
    """Notes an act: `action` as `key.create`, `target` what it was done to, as a key's prefix.

    `viewer` is None for a command of the operator's. With the act it is undone where the act is undone.
    """
    await connection.execute(
        "INSERT INTO common.audit (partner_id, who, key_prefix, action, target, detail, request_id, outcome) "
        "VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)",
        None if viewer is None else viewer.partner_id,
        OPERATOR if viewer is None else viewer.partner or viewer.role,
        None if viewer is None else viewer.key_prefix,
        action,
        target,
        json.dumps(dict(detail or {}), default=str),
        request_id,
        str(outcome),
    )


async def entries(connection: asyncpg.Connection, most: int = 100) -> list[asyncpg.Record]:
    """The latest acts, the latest last."""
    rows: list[asyncpg.Record] = await connection.fetch(
        "SELECT * FROM common.audit ORDER BY at DESC, id DESC LIMIT $1", most
    )
    return rows[::-1]
