"""Editors' acts, noted in the log of administration in the transaction that does them.

What is noted is the business of resolvers/audit.py; keys and issuers note their own acts (resolvers/keys.py).
"""

from collections.abc import Mapping
from typing import Any

import asyncpg
from strawberry.types import Info

from resolvers.audit import note
from resolvers.idempotency import Work
from schema.context import Context


def noted(info: Info[Context, None], action: str, target: str, work: Work, **said: Any) -> Work:
    """The work, noted where an editor does it: partners who do the same look after what is their own.

    `target` names the id in what the work gives that the act is done to; the other ids and `said` are its
    detail. Reasons stay with the record, where an erasure reaches them.
    """
    context = info.context

    async def both(connection: asyncpg.Connection) -> Mapping[str, Any]:
        found = await work(connection)
        if context.viewer.role == "editor":
            others = {name: str(one) for name, one in found.items() if name != target}
            await note(
                connection,
                context.viewer,
                action,
                str(found[target]),
                others | said,
                request_id=context.request_id,
            )
        return found

    return both
