"""What every mutation of several items answers with: an item's status, its problems, the error policy.

The result with the record itself is each mutation's own (`saved`, `related`...); what becomes of an item is
decided in resolvers/items.py.
"""

from typing import Any

import strawberry

from models.writing_vocabulary import ErrorPolicy, ItemStatus
from schema import enums  # noqa: F401 - the enums must be described before a field uses one

POLICY: Any = strawberry.argument(
    description="What happens to the other items where some are rejected.", name="errorPolicy"
)


@strawberry.type(description="Something wrong with one item.")
class ItemProblem:
    """See resolvers/items.py."""

    field: str | None = strawberry.field(
        description="Where in the item, such as `names[0].lang`; null: the item as a whole."
    )
    code: str = strawberry.field(description="What is wrong; docs/errors.md and docs/importing.md explain.")
    message: str = strawberry.field(description="What is wrong, in a sentence.")
    hint: str | None = strawberry.field(description="What to do.")


@strawberry.interface(description="What became of one item, in the order of the input.")
class ItemResult:
    """Each mutation adds the record."""

    index: int = strawberry.field(description="The item's place in the input, from 0.")
    status: ItemStatus = strawberry.field(description="What became of it.")
    problems: list[ItemProblem] = strawberry.field(description="Why it is rejected; else empty.")


@strawberry.interface(description="How many items there are of each status.")
class ItemCounts:
    """Each mutation adds `results`."""

    created: int = strawberry.field(description="How many items are new.")
    updated: int = strawberry.field(description="How many items changed something.")
    unchanged: int = strawberry.field(description="How many items were here already, just so.")
    rejected: int = strawberry.field(description="How many items are not written.")


__all__ = ["POLICY", "ErrorPolicy", "ItemCounts", "ItemProblem", "ItemResult", "ItemStatus"]
