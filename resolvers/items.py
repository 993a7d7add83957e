"""The items of a mutation's input: each is done in turn, in one transaction, and each has an outcome.

What is done with an item is the caller's business; how its outcome is shown, of schema/writing_types.py.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from models.writing_vocabulary import ErrorPolicy, ItemStatus
from resolvers.errors import BadUserInput, Code, Conflict, Forbidden, LimitExceeded, TripleHelixError
from resolvers.writes import ITEM_ERRORS, refusal

Given = TypeVar("Given")
MOST_ITEMS = 250
"""More items than this are a file for the import (docs/importing.md)."""
REFUSALS = (BadUserInput, Conflict, Forbidden)
"""What is wrong with one item; any other error ends the whole mutation."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with an item. `field` is the path inside the item, such as `names[0].lang`."""

    code: str
    message: str
    hint: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an item: its record's id, none where it is rejected or there is none to show."""

    status: ItemStatus
    id: UUID | None = None
    problems: Sequence[Problem] = ()


@dataclass(slots=True)
class Outcome:
    """The items in the order of the input, and how many there are of each status."""

    items: list[Done] = field(default_factory=list)

    def count(self, status: ItemStatus) -> int:
        """How many items have the status."""
        return sum(item.status is status for item in self.items)

    def payload(self, record: str) -> dict[str, Any]:
        """The values of a payload with `results`, whose record's field is called `record`."""
        results = [
            {
                "index": index,
                "status": str(item.status),
                "problems": [
                    {"field": one.field, "code": one.code, "message": one.message, "hint": one.hint}
                    for one in item.problems
                ],
                record: item.id,
            }
            for index, item in enumerate(self.items)
        ]
        return {"results": results} | {status.lower(): self.count(status) for status in ItemStatus}


def problem_of(error: TripleHelixError) -> Problem:
    """What an error says, as an item's problem."""
    return Problem(str(error.code), error.message, error.hint, error.details.get("field"))


@contextmanager
def within(name: str) -> Iterator[None]:
    """Names the field of the item in errors that name none."""
    try:
        yield
    except TripleHelixError as error:
        error.details.setdefault("field", name)
        raise


def check_number(items: Sequence[object]) -> None:
    """Raises BAD_USER_INPUT for no items, ITEM_LIMIT for too many."""
    if not items:
        raise BadUserInput("input holds no item.", hint="Give at least one.")
    if len(items) > MOST_ITEMS:
        raise LimitExceeded(
            f"input holds {len(items)} items; at most {MOST_ITEMS} are taken at once.",
            code=Code.ITEM_LIMIT,
            hint=f"Send them in parts of {MOST_ITEMS}, or as a file.",
        )


def after_policy(items: Sequence[Done], policy: str) -> tuple[list[Done], bool]:
    """The outcomes under a policy, and whether what was written stays."""
    is_kept = policy != ErrorPolicy.REJECT_ALL or all(i.status is not ItemStatus.REJECTED for i in items)
    if is_kept:
        return list(items), True
    other = Problem(
        Code.BATCH_REJECTED,
        "Another item was rejected, so nothing was written.",
        "Correct the other item and send all again, or set errorPolicy REJECT_FAILED.",
    )
    return [
        item if item.status is ItemStatus.REJECTED else Done(ItemStatus.REJECTED, problems=(other,))
        for item in items
    ], False


async def each(
    connection: asyncpg.Connection,
    items: Sequence[Given],
    policy: str,
    work: Callable[[Given], Awaitable[Done]],
) -> Outcome:
    """Does the work on each item, in the order of the input: what is refused of one leaves the others.

    Raises what `check_number` raises, and what is wrong with no single item.
    """
    check_number(items)
    found: list[Done] = []
    whole = connection.transaction()
    await whole.start()
    try:
        for item in items:
            try:
                async with connection.transaction():
                    found.append(await work(item))
            except REFUSALS as error:
                found.append(Done(ItemStatus.REJECTED, problems=(problem_of(error),)))
            except ITEM_ERRORS as error:
                found.append(Done(ItemStatus.REJECTED, problems=(problem_of(refusal(error)),)))
    except BaseException:
        await whole.rollback()
        raise
    shown, is_kept = after_policy(found, policy)
    await (whole.commit() if is_kept else whole.rollback())
    return Outcome(shown)
