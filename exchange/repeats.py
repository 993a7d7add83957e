"""Rows of one file that speak of the same record: each is told where the other stands, and costs nothing.

Memory is bounded: a row is compared with the last 100,000 to 200,000 keys. Not its business: what the
importer makes of such rows (it takes them in their order).
"""

from collections.abc import Iterable, Iterator

from exchange.fact_fields import FactRecord
from exchange.record import Problem, ProblemCode, Record
from exchange.writer import Item

REMEMBERED = 100_000


def reported(items: Iterable[Item], remembered: int = REMEMBERED) -> Iterator[Item]:
    """The same items, and before each that repeats a key KEY_REPEATED."""
    older: dict[int, int] = {}
    newer: dict[int, int] = {}
    for item in items:
        if isinstance(item, Record | FactRecord):
            found = None
            for key in _keys(item):
                place = hash(key)
                earlier = newer.get(place, older.get(place))
                if earlier is not None and earlier != item.row:
                    found = (earlier, key) if found is None else found
                newer[place] = item.row
            if found is not None:
                yield _problem(item.row, *found)
            if len(newer) >= remembered:
                older, newer = newer, {}
        yield item


def _keys(item: Record | FactRecord) -> list[str]:
    if isinstance(item, Record):
        return [str(key) for key in item.keys if key.domain is None]
    return [f"{item.kind} {item.slug}"] if item.slug else []


def _problem(row: int, earlier: int, key: str) -> Problem:
    message = f"Row {earlier} speaks of the same record."
    hint = "Rows are taken in order, so the later one counts; give each record one row."
    return Problem(row, key, ProblemCode.KEY_REPEATED, message, hint, is_row_lost=False)
