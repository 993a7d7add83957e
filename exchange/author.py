"""In whose name rows are written, and by which rules.

Two ways of writing go through one engine. A registry's file is one source among others: it fills what is
empty and changes what it said itself. A maintainer's word (a partner's file, a mutation) is the record's own:
it changes the record, and what contradicts it is an error of that row. Not its business: the SQL of either.
"""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

import asyncpg

from models.connection import POSTGRES_ROLE
from resolvers.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Author:
    """`role` names the PostgreSQL role (models/connection.py), `owner_id` owns what is created, None: nobody.

    A partner (`partner_id`) writes under row security, and only what is its own. `is_word`: the maintainer's
    own word, as above.
    """

    role: str = "editor"
    owner_id: UUID | None = None
    partner_id: UUID | None = None
    is_word: bool = False

    @classmethod
    def of(cls, viewer: Viewer) -> Self:
        """Who writes for a viewer with a key: a partner owns what it creates, of an editor's nobody does."""
        if viewer.role == "partner":
            return cls("partner", viewer.partner_id, viewer.partner_id, is_word=True)
        return cls(viewer.role, is_word=True)

    async def become(self, connection: asyncpg.Connection) -> None:
        """Makes a session the author's."""
        await connection.execute(f"SET ROLE {POSTGRES_ROLE[self.role]}")
        partner = "" if self.partner_id is None else str(self.partner_id)
        await connection.execute("SELECT set_config('app.partner', $1, false)", partner)


EDITOR = Author()
"""Who imports registries: an editor, one source among others."""
