"""The fictitious part of the sample data: companies, investors, experts, programs and how they are related.

`lines` gives it as objects of our NDJSON shape, always the same for the same real part. The committed
file examples/sample/fiction.ndjson is made by `python -m exchange.fiction`. Not its business: the real
part (the other files there), loading (exchange/sample.py), and masses of data (exchange/benchmark.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exchange.fiction.organizations import companies, investors, zones
from exchange.fiction.people import experts
from exchange.fiction.programs import agreements, clusters, programs
from exchange.fiction.world import Line, World

__all__ = ["SOURCE", "lines"]

SOURCE = "sample"
"""The slug of the source that marks every line as invented."""


def lines(real: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """The fictitious lines, their source first; `real` are the decoded lines of the real part."""
    world = World(list(real))
    yield {
        "kind": "SOURCE",
        "slug": SOURCE,
        "title": "Fictitious sample data",
        "sourceKind": "SYNTHETIC",
        "publisher": "Triple Helix",
    }
    for make in (zones, clusters, companies, investors, programs, experts, agreements):
        for line in make(world):
            yield line | {"source": SOURCE}
