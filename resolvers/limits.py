"""How much a read may ask for; the settings give other values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """How much a credential may ask in all processes together; only told here, held by web/rate.py."""

    requests_per_second: int = 50
    requests_at_once: int = 300
    writes_per_second: int = 10
    nodes_per_minute: int = 2_000_000
    body_bytes: int = 2_000_000


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Sizes of pages, of filters and of values, and the price of an operation.

    `page_default` is what a list gives unasked at the root, `page_nested` below it.
    """

    page_default: int = 25
    page_nested: int = 10
    page_most: int = 1000
    where_depth: int = 6
    where_conditions: int = 50
    order_keys: int = 5
    list_values: int = 250
    text_characters: int = 256
    search_characters: int = 200
    cost: int = 20_000
    key: KeyLimits = KeyLimits()
