"""What PostgreSQL says of a row that breaks a rule of the tables, in words for who wrote the row.

Rules that a file shares with the API are told by resolvers/rules.py. Not its business: finding that row in a
batch (exchange/importer.py).
"""

import asyncpg

from exchange.fields import camel
from exchange.record import Problem, ProblemCode
from models.history import FACT_TABLES
from resolvers.rules import broken

_MEANINGS = (
    # Beginning of the constraint's name, what is broken, what to do; the first that fits is taken.
    ("ck_entity_kind", "its fields do not fit its kind", "Give the kind's required fields and only its own."),
    ("pk_entity", "its id is taken by another record", "Leave the id out, or give an id of its own."),
    ("uq_identifier", "an identifier is claimed by another record", "Give each identifier to one record."),
    ("uq_entity_name", "it has a name twice", "Give each name once."),
    ("uq_relation", "it states a relation twice", "Give each relation once."),
    ("uq_", "it repeats what may be there once", "Give it once."),
    ("fk_", "it refers to something that is not there", "Check the codes and ids that it refers to."),
    ("ck_", "a value is outside of what the column takes", "Check the row's values."),
)


def _emptied(table: str, column: str) -> str:
    """The field of a column that cannot be empty."""
    # In a line the word `kind` is the line's own.
    return camel(f"{table}_kind" if column == "kind" and table in FACT_TABLES else column.removesuffix("_id"))


def refusal(row: int, label: str | None, error: asyncpg.PostgresError) -> Problem:
    """The problem of a row for which PostgreSQL raised this error."""
    name = getattr(error, "constraint_name", None) or ""
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        message, hint = "What the row changes is somebody else's.", "Ask who maintains the record."
        return Problem(row, label, ProblemCode.NOT_YOURS, message, hint)
    if isinstance(error, asyncpg.UniqueViolationError) and name.endswith("_slug"):
        hint = "Leave the slug out, or give another one."
        return Problem(row, label, ProblemCode.SLUG_TAKEN, "The slug is not free.", hint, "slug")
    if (rule := broken(error)) is not None:
        return Problem(row, label, ProblemCode(rule.code), rule.message, rule.hint, rule.field)
    if isinstance(error, asyncpg.ProgramLimitExceededError):
        message = "A text is too long for the index of its column."
        hint = "Shorten names, slugs and identifiers to 2,000 bytes at most."
    elif isinstance(error, asyncpg.NotNullViolationError):
        field = _emptied(error.table_name or "", error.column_name or "")
        message, hint = (
            f"A record has its {field}.",
            "Give a value, or leave it out to keep the one that is here.",
        )
        return Problem(row, label, ProblemCode.FIELD_MISSING, message, hint, field)
    else:
        found = next(((what, todo) for start, what, todo in _MEANINGS if name.startswith(start)), None)
        what, hint = found or (str(error).partition("\n")[0], "Check the row's values.")
        message = f"The row cannot be stored: {what}" + (f" (rule {name})." if name else ".")
    return Problem(row, label, ProblemCode.DATABASE_REFUSED, message, hint)
