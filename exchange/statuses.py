"""The statuses that a line gives a zone, put one after another: of one source one status holds on a day.

A status without an end holds until the next one by the same source begins. Not its business: a single status
(exchange/parts.py), and what PostgreSQL refuses (models/zone.py).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from exchange.parts import Wrong
from exchange.record import PartialDate, ProblemCode, StatusRecord
from models.vocabulary import DatePrecision

_DAY = dt.timedelta(days=1)


def arranged(statuses: Sequence[StatusRecord], source: object = None) -> tuple[StatusRecord, ...]:
    """The same statuses with their ends; `source` speaks where a status names none.

    Raises Wrong where two by one source hold on a day.
    """
    found = list(statuses)
    by_source: defaultdict[object, list[int]] = defaultdict(list)
    for place, one in enumerate(statuses):
        by_source[one.source_key or source].append(place)
    for places in by_source.values():
        places.sort(key=lambda place: _first(statuses[place]))
        for place, after in pairwise(places):
            one, then = statuses[place], statuses[after]
            if then.since is not None and one.until is None and _first(one) < then.since.date:
                found[place] = replace(one, until=_before(then.since))
            elif then.since is None or one.until is None or one.until.last_day >= then.since.date:
                message = f"By one source {one.status} and {then.status} hold at one time."
                hint = "Give the earlier one an until that lies before the since of the later one."
                raise Wrong(ProblemCode.PERIODS_OVERLAP, message, hint, f"[{after}]")
    return tuple(found)


def _first(one: StatusRecord) -> dt.date:
    return one.since.date if one.since else dt.date.min


def _before(begin: PartialDate) -> PartialDate:
    """The day, month or year before one that begins then, as precisely as that is known."""
    last = begin.date - _DAY
    if begin.precision is DatePrecision.YEAR:
        return PartialDate(last.replace(month=1, day=1), begin.precision)
    if begin.precision is DatePrecision.MONTH:
        return PartialDate(last.replace(day=1), begin.precision)
    return PartialDate(last, begin.precision)
