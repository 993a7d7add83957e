"""A partner's data quality as clients read it.

What is looked for, and in whose records, is resolvers/data_quality.py's business.
"""

import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers import data_quality, mapping
from resolvers.data_quality import EXAMINED, MOST, STALE_DAYS
from schema.build import argument
from schema.declare import computed_record
from schema.derived import derived, record, scalar

if TYPE_CHECKING:
    from schema.assertion import Assertion
    from schema.entity import Entity
    from schema.import_job import ImportJob

DATA_QUALITY = mapping.Derived("DataQuality", data_quality.report, data_quality.PRICE)
FIRST = argument("first", int, f"How many, 1 to {MOST}.", 25)


@computed_record
class IdentifierProblem:
    """An identifier that is not valid, or that another record holds."""

    code: str = scalar("IDENTIFIER_INVALID, IDENTIFIER_TAKEN or another code of docs/importing.md.")
    message: str = scalar("What is wrong, in a sentence.")
    hint: str = scalar("What to do.")
    row: int | None = scalar("The row of the file; null: it is a record's.")
    label: str | None = scalar("The row's own key, where it could be read.")
    import_job: Annotated["ImportJob", strawberry.lazy(".import_job")] | None = record(
        "The last import of the file in which it was."
    )
    entity: Annotated["Entity", strawberry.lazy(".entity")] | None = record("The record that has lost it.")
    holder: Annotated["Entity", strawberry.lazy(".entity")] | None = record("The record that holds it now.")


@computed_record
class StaleRecord:
    """A record that nobody has changed for long."""

    entity: Annotated["Entity", strawberry.lazy(".entity")] | None = record("The record.")
    updated_at: datetime.datetime = scalar("When it was last changed.")
    days: int = scalar("How many days ago that was.")


@computed_record
class UnmatchedName:
    """A record without a public identifier, and the record of others whose name is most like its own."""

    entity: Annotated["Entity", strawberry.lazy(".entity")] | None = record("Your record.")
    candidate: Annotated["Entity", strawberry.lazy(".entity")] | None = record(
        "The record that may be the same. A name alone links nothing: compare them, then give the identifier."
    )
    matched: str = scalar("The candidate's name that is alike.")
    score: float = scalar("How alike they are, to 1 for the same name.")


@computed_record
class StatementByOthers:
    """What somebody else says of a record of yours."""

    entity: Annotated["Entity", strawberry.lazy(".entity")] | None = record("Your record.")
    assertion: Annotated["Assertion", strawberry.lazy(".assertion")] | None = record(
        "The statement, with its source; dispute it if it is wrong."
    )
    is_different: bool = scalar("Whether it is not what the record itself says.")


@computed_record
class DataQuality:
    """What to look after in the records that you maintain; for an editor, in all."""

    as_of: datetime.date = scalar("The day of the examination.")
    records: int = scalar("How many active or inactive records there are.")
    without_identifier: int = scalar("How many persons and organizations have no public identifier.")
    stale: int = scalar(f"How many records nobody has changed for more than {STALE_DAYS} days.")
    stated_by_others: int = scalar("How many statements of others there are about them.")
    identifier_problem_count: int = scalar("How many identifiers are not valid or belong to another record.")
    identifier_problems: list[IdentifierProblem] = derived(
        mapping.Derived("IdentifierProblem", data_quality.identifier_problems, 0, most=MOST),
        "Identifiers not valid or held by another record: in the last import of each file, and now.",
        [FIRST],
    )
    stale_records: list[StaleRecord] = derived(
        mapping.Derived("StaleRecord", data_quality.stale_records, 0, most=MOST),
        "Records that nobody has changed for long, the oldest first.",
        [FIRST],
    )
    unmatched_names: list[UnmatchedName] = derived(
        mapping.Derived("UnmatchedName", data_quality.unmatched_names, data_quality.PRICE, most=MOST),
        "Records without a public identifier that may be another's, the likeliest first; the "
        f"{EXAMINED} changed last are compared.",
        [FIRST],
    )
    statements_by_others: list[StatementByOthers] = derived(
        mapping.Derived("StatementByOthers", data_quality.statements_by_others, 0, most=MOST),
        "What others say of your records, the newest first.",
        [FIRST],
    )
