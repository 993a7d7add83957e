"""What a mutation says of a record that a line of a file cannot: which lists it adds to or takes from, and
which version of the record it was made for.

Not its business: how an input is read (exchange/items.py) and what is written (exchange/patch_sql.py).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exchange.record import Identifier, RelationRecord


@dataclass(frozen=True, slots=True)
class Patch:
    """`added`: of the lists of the record (names, identifiers, statuses) those that are added to; the others
    that it gives are whole. `names` (value; language and type, None: any), `identifiers` and `relations` are
    taken away."""

    expected_version: int | None = None
    added: frozenset[str] = frozenset()
    names: tuple[tuple[str, str | None, str | None], ...] = ()
    identifiers: "tuple[Identifier, ...]" = ()
    relations: "tuple[RelationRecord, ...]" = ()
    has_statuses: bool = False
    clears_source: bool = False
