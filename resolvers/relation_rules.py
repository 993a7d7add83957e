"""What holds of every relation that is stated: which kinds a role joins, dates in order, who may see it.

Relations are written by resolvers/relating.py. What one row of the tables cannot be is told by their
constraints.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from models.vocabulary import ROLE_RULES, Audience, DatePrecision, Kind, Role
from resolvers.errors import BadUserInput, Code
from resolvers.items import within
from resolvers.truth import source_named
from resolvers.writes import checked_text

MOST_TITLE = 500
"""Characters: the title is a part of what tells two relations apart, and an index holds it."""
LATEST_YEAR = 9000


@dataclass(frozen=True, slots=True)
class Values:
    """What of a relation may be stated anew: the days (`before` is the day after the last), how precisely
    they are known, whether one at a time has the post, how sure that is, who says so, who may see it."""

    since: date | None
    before: date | None
    precision: str
    is_exclusive: bool
    confidence: float | None
    source_id: UUID | None
    audience: str

    @property
    def valid(self) -> asyncpg.Range:
        """The period as the column holds it."""
        return asyncpg.Range(self.since, self.before)

    @property
    def columns(self) -> tuple[object, ...]:
        """As they follow each other in the statements of resolvers/relating.py."""
        said = (self.precision, self.is_exclusive, self.confidence, self.source_id, self.audience)
        return self.valid, *said


def default_audience(*ends: Mapping[str, Any]) -> str:
    """Who sees a relation of which nothing is said: whoever sees both ends."""
    order = list(Audience)
    return str(max((Audience(one["audience"]) for one in ends), key=order.index))


def placed(
    role: Role, subject: asyncpg.Record, object_: asyncpg.Record
) -> tuple[asyncpg.Record, asyncpg.Record]:
    """The two ends as they are stored: a symmetric fact once, with the smaller id first."""
    if subject["id"] == object_["id"]:
        raise BadUserInput(
            "subject and object are the same record.",
            code=Code.RELATION_INVALID,
            hint="Name two records.",
            field="object",
        )
    rule = ROLE_RULES[role]
    if (Kind(subject["kind"]), Kind(object_["kind"])) not in rule.pairs:
        raise BadUserInput(
            f"{role} cannot go from {subject['kind']} to {object_['kind']}.",
            code=Code.RELATION_KINDS,
            hint="Compare the role's pairs of kinds: roles { nodes { code pairs { subjectKind } } }.",
            field="role",
        )
    if rule.is_symmetric and subject["id"] > object_["id"]:
        return object_, subject
    return subject, object_


def title_of(text: str) -> str:
    """A title within its length."""
    with within("title"):
        return checked_text(text, "title", MOST_TITLE)


async def values_of(connection: asyncpg.Connection, given: Mapping[str, Any], audience: str) -> Values:
    """What is given, checked; the audience is for where none is."""
    confidence = given.get("confidence")
    if confidence is not None and not 0 <= confidence <= 1:
        raise BadUserInput(
            "confidence is between 0 and 1.", hint="Leave it out where none is stated.", field="confidence"
        )
    with within("source"):
        source_id = await source_named(connection, given.get("source"))
    precision = DatePrecision(given.get("precision") or DatePrecision.DAY)
    since, before = period(given.get("since"), given.get("until"), precision)
    check_order(since, before)
    is_exclusive, audience = bool(given.get("isExclusive")), str(given.get("audience") or audience)
    return Values(since, before, str(precision), is_exclusive, confidence, source_id, audience)


def period(
    since: date | None, until: date | None, precision: DatePrecision
) -> tuple[date | None, date | None]:
    """The first day, and the day after the last one; of a year or month that is known, all of it."""
    for name, day in (("since", since), ("until", until)):
        if day is not None and day.year > LATEST_YEAR:
            raise BadUserInput(
                f"{name} cannot be that late.", hint="Leave it out where it is open.", field=name
            )
    if precision is not DatePrecision.DAY:
        since = since and since.replace(day=1, month=since.month if precision is DatePrecision.MONTH else 1)
        month = 12 if until and precision is DatePrecision.YEAR else until.month if until else 1
        until = until and until.replace(month=month, day=calendar.monthrange(until.year, month)[1])
    return since, until and until + timedelta(days=1)


def check_order(since: date | None, before: date | None) -> None:
    """Raises DATES_OUT_OF_ORDER for a period without a day."""
    if since is not None and before is not None and before <= since:
        raise BadUserInput(
            "until is before since.",
            code=Code.DATES_OUT_OF_ORDER,
            hint="until is the last day, since the first.",
            field="until",
        )


def check_post(role: Role, title: str | None, values: Values) -> None:
    """Raises RELATION_INVALID where something else than a post that a title names is to have one holder."""
    if values.is_exclusive and (role is not Role.HOLDS_POST_AT or title is None):
        raise BadUserInput(
            "Only a post, which a title names, has one holder at a time.",
            code=Code.RELATION_INVALID,
            hint="Give a title to a HOLDS_POST_AT relation, or leave isExclusive out.",
            field="isExclusive",
        )


def check_audience(audience: str, owner_id: UUID | None, *ends: asyncpg.Record) -> None:
    """What is said of another's record is not kept from its owner, unless the other end is hidden itself."""
    touches = owner_id is not None and any(one["owner_id"] not in (None, owner_id) for one in ends)
    if audience == Audience.OWNER and touches and all(one["audience"] != Audience.OWNER for one in ends):
        raise BadUserInput(
            "A relation with another partner's record is not hidden from that partner.",
            hint="Set audience to PARTNERS or PUBLIC, or leave it out.",
            field="audience",
        )
