"""Who is asking: the one value that rights, limits and SQL predicates depend on.

Not its business: how a credential becomes a viewer (web/keys.py) and what rows a viewer may see
(resolvers/sql.py and the row security of models/migrations).
"""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

ViewerRole = Literal["reader", "partner", "editor"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """An anonymous reader, a partner with a key, or an editor.

    `role` also names the PostgreSQL role the statement runs under (prefixed: models/database.py).
    `partner` is the partner's slug. `sandbox` viewers read and write the sandbox schema.
    """

    role: ViewerRole = "reader"
    partner_id: UUID | None = None
    partner: str | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    key_prefix: str | None = None
    sandbox: bool = False


ANONYMOUS = Viewer()
