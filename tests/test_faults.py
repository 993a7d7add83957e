"""The comparison can fail: faults planted in the compiler, each found by the known operations.

Where row security would hide a fault, the database is asked without it (tests/unwalled.py).
"""

from collections.abc import AsyncIterator

import pytest
from graphql import build_schema

import schema as api
from models.database import Database
from resolvers import conditions, filters, pages, periods, planner, quantifiers, selections, sources
from tests.conftest import VIEWERS
from tests.faults import Fault, plant
from tests.operation_values import TERMS
from tests.oracle import Oracle, load
from tests.oracle.both_ways import disagreements
from tests.oracle.cases import cases
from tests.unwalled import Unwalled

FAULTS = (
    Fault(
        "dropped NULLS LAST",
        pages.Pages,
        "_ordered",
        "return ordered.nulls_last() if is_last else ordered.nulls_first()",
        "return ordered",
    ),
    Fault(
        "< for <= on a period's first day",
        periods,
        "in_period",
        'row["starts_on"] <= day',
        'row["starts_on"] < day',
    ),
    Fault(
        "<= for < on the day after a period",
        periods,
        "in_period",
        'row["ends_before"] > day',
        'row["ends_before"] >= day',
    ),
    Fault(
        "lost audience of everybody",
        conditions.Conditions,
        "audience",
        "return may_see(self.role, row, self.partner, self._right)",
        "return true()",
    ),
    Fault(
        "lost audience of relations",
        sources.Source,
        "_relate",
        ", conditions.audience(relation)]",
        "]",
    ),
    Fault(
        "lost audience of a personal field",
        conditions.Conditions,
        "may_know",
        "if personal is None:",
        "if True:",
    ),
    Fault(
        "lost asOf on a nested hop",
        planner.Planner,
        "_as_of",
        "return outer",
        'return plan.Bind(plan.TODAY, "date", "date", "asOf")',
    ),
    Fault(
        "lost asOf of a condition",
        filters.Filters,
        "_listed",
        "roles, inner, target, as_of)",
        'roles, inner, target, plan.Bind(plan.TODAY, "date", "date", "asOf"))',
    ),
    Fault(
        "swapped alias of a relation's ends",
        quantifiers,
        "has_related",
        'relation[near] == row["id"], other["id"] == relation[far]',
        'relation[far] == row["id"], other["id"] == relation[near]',
    ),
    Fault(
        "swapped alias and name of a field",
        selections.Selections,
        "_collect",
        "selection.alias.value if selection.alias else selection.name.value",
        "selection.name.value",
    ),
    Fault(
        "ties against the last key's direction",
        pages.Pages,
        "_keys",
        "(tie, is_descending, True, True)",
        "(tie, False, True, True)",
    ),
    Fault(
        "missing values lost behind a cursor",
        pages.Pages,
        "_after",
        "beyond = or_(beyond, expression.is_(None))",
        "pass",
    ),
    Fault(
        "not as SQL's three-valued NOT",
        conditions.Conditions,
        "condition",
        "return self.condition(inner, row, as_of).is_not(true())",
        "return ~self.condition(inner, row, as_of)",
    ),
    Fault(
        "withdrawn records in conditions",
        filters.Filters,
        "_listed",
        "if target.kinds and not _mentions_status(where):",
        "if False:",
    ),
)


@pytest.fixture(scope="module")
async def oracle(graph_dsn: str) -> Oracle:
    """The oracle over the small test graph."""
    return Oracle(build_schema(api.schema.as_str()), await load(graph_dsn, api.CATALOG, TERMS), api.CATALOG)


@pytest.fixture(scope="module")
async def unwalled(graph_dsn: str) -> AsyncIterator[Database]:
    """The small test graph without row security."""
    database = Unwalled(graph_dsn)
    await database.open()
    yield database
    await database.close()


async def _found(database: Database, oracle: Oracle) -> str | None:
    """The first known operation on which compiler and oracle disagree."""
    for case in cases():
        if await disagreements(database, oracle, case.operation, VIEWERS[case.viewer]):
            return case.name
    return None


async def test_without_a_fault_all_known_operations_agree(
    monkeypatch: pytest.MonkeyPatch, unwalled: Database, oracle: Oracle
) -> None:
    monkeypatch.setattr(api, "schema", api.build_schema())
    assert await _found(unwalled, oracle) is None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, unwalled: Database, oracle: Oracle, fault: Fault
) -> None:
    plant(fault, monkeypatch)
    # A schema of its own: the plans that others keep were made without the fault.
    monkeypatch.setattr(api, "schema", api.build_schema())
    assert await _found(unwalled, oracle) is not None


async def test_row_security_alone_hides_what_a_lost_audience_would_show(
    monkeypatch: pytest.MonkeyPatch, graph_database: Database, oracle: Oracle
) -> None:
    lost = next(fault for fault in FAULTS if fault.name == "lost audience of everybody")
    plant(lost, monkeypatch)
    monkeypatch.setattr(api, "schema", api.build_schema())
    assert await _found(graph_database, oracle) is None
