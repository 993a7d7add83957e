"""Why a record that was matched with what is here cannot be written, in words for who wrote the row.

Not its business: finding that out (exchange/entity_sql.py), and what PostgreSQL refuses
(exchange/refusal.py).
"""

from collections.abc import Mapping
from typing import Any

from exchange.checks import label_of
from exchange.record import Problem, ProblemCode, Record

Words = tuple[ProblemCode, str, str, str | None]
"""Code, message, hint, field."""


def problem_of(record: Record, row: Mapping[str, Any]) -> Problem:
    """The problem of a record for the verdict in this row of the staging table."""
    label = label_of(record)
    code, message, hint, field = _words(record, label, row)
    return Problem(record.row, label, code, message, hint, field)


def _words(record: Record, label: str | None, row: Mapping[str, Any]) -> Words:
    match row["verdict"]:
        case "FIELD_MISSING":
            name = row["missing"][0]
            message = f"The record is new and has no {name}."
            return ProblemCode.FIELD_MISSING, message, f"Give {', '.join(row['missing'])}.", name
        case "KIND_MISMATCH":
            message = f"{label} is here as {row['found']}, not as {record.kind}."
            hint = "A record keeps its kind: correct the kind, or give the new record keys of its own."
            return ProblemCode.KIND_MISMATCH, message, hint, "kind"
        case "KEYS_DISAGREE":
            message = f"The slug {record.slug} belongs to {row['found']}, which has another identifier."
            hint = "Correct the identifiers, or give the new record a slug of its own."
            return ProblemCode.KEYS_DISAGREE, message, hint, "slug"
        case "NOT_FOUND":
            hint = "Read it first, with the same key; for a new record leave id and expectedVersion out."
            field = "id" if record.id else None
            return ProblemCode.NOT_FOUND, f"There is no record {label}.", hint, field
        case "SLUG_TAKEN":
            message = f"The slug {record.slug} is not free."
            return ProblemCode.SLUG_TAKEN, message, "Leave it out, or give another one.", "slug"
        case "RECORD_MERGED":
            message = f"{label} was merged into {row['successor']}."
            return ProblemCode.RECORD_MERGED, message, "Write to the record that it was merged into.", None
        case "CONFLICT":
            expected = None if record.patch is None else record.patch.expected_version
            message = f"{label} has version {row['version']}, not {expected}: it was changed since."
            hint = f"Compare with the record as it stands, then send expectedVersion {row['version']}."
            return ProblemCode.CONFLICT, message, hint, "expectedVersion"
        case "NOT_YOURS":
            message = f"{label} is maintained by somebody else."
            hint = "State what you know of it with assertFact, or propose a correction."
            return ProblemCode.NOT_YOURS, message, hint, None
        case "NOT_YOUR_KEY":
            message = "A PARTNER identifier is given by the partner whose key it is."
            return ProblemCode.NOT_YOURS, message, "Give keys of your own only.", "identifiers"
        case _:
            message = f"{'; '.join(row['taken'])}: another record carries it."
            hint = "Find out which of the two is meant; where both are one thing, an editor merges them."
            return ProblemCode.IDENTIFIER_TAKEN, message, hint, "identifiers"
