"""Consent: who may know each personal field of an expert, read and set by who maintains the record.

Works in a transaction of the viewer's (resolvers/writes.py), under its row security. Which fields there are
is models/personal.py; how a hidden value is kept from every answer, resolvers/conditions.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, case, func

from models import PERSONAL_FIELDS, PersonalField
from models.vocabulary import Kind
from resolvers.errors import BadUserInput, Forbidden
from resolvers.json_text import quoted
from resolvers.mapping import Expression, Row, Scope
from resolvers.scopes import require_key
from resolvers.viewer import Viewer
from resolvers.writes import Reference, find


@dataclass(frozen=True, slots=True)
class Setting:
    """The audience of one field, by its code; None: what holds unless anything is set."""

    field: str
    audience: str | None


@dataclass(frozen=True, slots=True)
class _OfItsOwner:
    """A row as if its audience were OWNER: what only its owner and editors may know of it."""

    row: Row

    def __getitem__(self, column: str, /) -> ColumnElement[Any]:
        # `current_audience` is the audience that the record has now, in rows of its history.
        return quoted("OWNER") if column in ("audience", "current_audience") else self.row[column]


def audience_of(field: PersonalField, *, is_set: bool = False) -> Expression:
    """Who may know the field, for the record's owner and editors; NULL for everybody else.

    `is_set`: only what was set; else also what holds where nothing is.
    """

    def expression(row: Row, scope: Scope) -> ColumnElement[Any]:
        chosen = row[field.audience]
        held = chosen if is_set else func.coalesce(chosen, quoted(f"{field.default}"))
        return case((scope.audience(_OfItsOwner(row)), held))

    return expression


async def set_consent(
    connection: asyncpg.Connection, viewer: Viewer, expert: Reference, settings: Sequence[Setting]
) -> UUID:
    """Sets the audiences of personal fields; gives the expert's id. What is set already is not written again.

    Raises UNAUTHENTICATED without a key, NOT_FOUND for a record that the viewer cannot see, BAD_USER_INPUT
    where it is no person, no field is given or one is given twice, FORBIDDEN for a person whose record
    somebody else maintains.
    """
    require_key(viewer)
    codes = [setting.field for setting in settings]
    if not codes or len(set(codes)) < len(codes):
        raise BadUserInput(
            "fields names no field." if not codes else "fields names a field twice.",
            hint="Name each field whose audience is to change once.",
        )
    found = await find(connection, expert)
    if found.kind != Kind.EXPERT:
        raise BadUserInput(
            f"A record of kind {found.kind} has no personal fields.",
            hint="Change its audience as a whole instead.",
        )
    owner_id = await connection.fetchval("SELECT owner_id FROM entity WHERE id = $1", found.id)
    if viewer.role != "editor" and (owner_id is None or owner_id != viewer.partner_id):
        raise Forbidden(
            "Only who maintains a person's record sets who may know its fields.",
            hint="Read owner to see who maintains it.",
        )
    columns = [PERSONAL_FIELDS[code].audience for code in codes]
    values = [None if setting.audience is None else str(setting.audience) for setting in settings]
    places = [f"${place}" for place in range(2, len(columns) + 2)]
    sets = ", ".join(f"{column} = {place}" for column, place in zip(columns, places, strict=True))
    differs = " OR ".join(
        f"{column} IS DISTINCT FROM {place}" for column, place in zip(columns, places, strict=True)
    )
    # The columns are those of the declaration, whatever the client wrote.
    update = f"UPDATE entity SET {sets} WHERE id = $1 AND ({differs})"  # noqa: S608 - columns of the declaration
    await connection.execute(update, found.id, *values)
    return found.id
