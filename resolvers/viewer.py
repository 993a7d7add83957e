"""Who is asking: the one value that rights, limits and SQL predicates depend on.

Not its business: how a credential becomes a viewer (web/keyring.py) and what rows a viewer may see
(resolvers/sql.py and the row security of models/migrations).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

ViewerRole = Literal["reader", "partner", "editor"]
ViewerLevel = Literal["reader", "partner", "unpersonal", "editor"]
"""What a statement is printed for: a role, or a partner whose credential may not read personal fields."""
PERSONS_READ = "persons:read"
"""The scope that lets a partner read personal fields that are open to partners (resolvers/scopes.py)."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """An anonymous reader, a partner with a key, or an editor.

    `role` also names the PostgreSQL role the statement runs under (prefixed: models/database.py).
    `partner` is the partner's slug. `sandbox` viewers read and write the sandbox schema. `key_prefix` names
    the credential, in logs and for rates: a key's prefix, or of a token its issuer; it ends at `expires_at`.
    """

    role: ViewerRole = "reader"
    partner_id: UUID | None = None
    partner: str | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)
    key_prefix: str | None = None
    sandbox: bool = False
    partner_name: str | None = None
    expires_at: datetime | None = None

    @property
    def level(self) -> ViewerLevel:
        """What its statements are printed for."""
        return "unpersonal" if self.role == "partner" and PERSONS_READ not in self.scopes else self.role


ANONYMOUS = Viewer()
