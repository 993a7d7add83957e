"""What the tests of row security share: acting under a role, and who may see which row of the small graph.

Expectations come from the graph's rows alone. The tests are tests/test_security.py and
tests/test_security_writes.py.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from models.connection import POSTGRES_ROLE
from resolvers.viewer import Viewer
from tests import graph
from tests.conftest import SCOPES, VIEWERS

SOUTH = Viewer("partner", graph.PARTNERS["south"], "south", frozenset(SCOPES))
EVERYBODY = {**VIEWERS, "south": SOUTH}
LEVELS = {"reader": {"PUBLIC"}, "partner": {"PUBLIC", "PARTNERS"}, "editor": {"PUBLIC", "PARTNERS", "OWNER"}}
DENIED = asyncpg.InsufficientPrivilegeError
ENTITIES = {row["id"]: row for row in graph.entity_rows()}
every_viewer = pytest.mark.parametrize("viewer", list(EVERYBODY))


@asynccontextmanager
async def acting(connection: asyncpg.Connection, viewer: Viewer) -> AsyncIterator[None]:
    """Under the viewer's role, in a transaction that is rolled back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL ROLE {POSTGRES_ROLE[viewer.role]}")
        partner = "" if viewer.partner_id is None else str(viewer.partner_id)
        await connection.execute("SELECT set_config('app.partner', $1, true)", partner)
        yield
    finally:
        await transaction.rollback()


def sees(viewer: Viewer, row: dict[str, Any]) -> bool:
    """Whether a viewer may see a row with audience and owner."""
    is_own = viewer.partner_id is not None and row.get("owner_id") == viewer.partner_id
    return row["audience"] in LEVELS[viewer.role] or is_own


def owned(row: dict[str, Any]) -> str:
    """Whose a row is, as north sees it."""
    whose = {graph.PARTNERS["north"]: "own", graph.PARTNERS["south"]: "another's", None: "nobody's"}
    return whose[row["owner_id"]]
