"""Money: no digit is lost, and amounts of different currencies are never added, compared or put in order."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from resolvers.errors import BadUserInput
from resolvers.plan import TRUE
from resolvers.units import check_sums
from schema import CATALOG
from tests import graph
from tests.conftest import EDITOR, Ask

EXPORTS = graph.facts()["export_statistic"]
FIXED = 'where: {currency: {eq: "USD"}}'
MIXED = "CURRENCY_MIXED"


def amount(rows: list[dict[str, Any]]) -> Decimal:
    return sum((row["amount"] for row in rows), Decimal(0))


async def test_sums_are_exact_in_each_currency(ask: Ask) -> None:
    query = (
        "{ exportStatistics { groupBy(by: [CURRENCY]) { keys { currency } sum { amount } max { amount } } } }"
    )
    answer = await ask(query, viewer=EDITOR)
    groups = answer["data"]["exportStatistics"]["groupBy"]
    assert len(groups) == 3
    for group in groups:
        rows = [row for row in EXPORTS if row["currency"] == group["keys"]["currency"]]
        assert Decimal(group["sum"]["amount"]) == amount(rows)
        assert Decimal(group["max"]["amount"]) == max(row["amount"] for row in rows)
    # More digits than a float holds.
    assert any(len(group["sum"]["amount"].replace(".", "")) > 17 for group in groups)


@pytest.mark.parametrize(
    "given",
    [FIXED, 'where: {and: [{year: {gt: 0}}, {currency: {eq: "USD"}}]}'],
)
async def test_one_currency_in_where_is_as_good_as_grouping_by_it(ask: Ask, given: str) -> None:
    query = (
        f"{{ exportStatistics({given}) {{ groupBy(by: [YEAR]) {{ keys {{ year }} sum {{ amount }} }} }} }}"
    )
    answer = await ask(query, viewer=EDITOR)
    dollars = [row for row in EXPORTS if row["currency"] == "USD"]
    found = {g["keys"]["year"]: g["sum"]["amount"] for g in answer["data"]["exportStatistics"]["groupBy"]}
    assert {year: Decimal(text) for year, text in found.items()} == {
        year: amount([row for row in dollars if row["year"] == year])
        for year in {row["year"] for row in dollars}
    }


@pytest.mark.parametrize(
    "given",
    [
        "",
        "(where: {year: {gt: 0}})",
        '(where: {currency: {in: ["USD", "PKR"]}})',
        '(where: {currency: {ne: "USD"}})',
        '(where: {or: [{currency: {eq: "USD"}}, {year: {gt: 0}}]})',
        '(where: {not: {currency: {eq: "USD"}}})',
    ],
)
@pytest.mark.parametrize("what", ["sum", "min", "max"])
async def test_mixed_currencies_are_refused(ask: Ask, given: str, what: str) -> None:
    query = f"{{ exportStatistics{given} {{ groupBy(by: [YEAR]) {{ {what} {{ amount }} }} }} }}"
    answer = await ask(query, viewer=EDITOR)
    (error,) = answer["errors"]
    assert error["code"] == MIXED


async def test_the_hint_says_what_to_add_to_by(ask: Ask) -> None:
    with pytest.raises(BadUserInput) as refused:
        check_sums(CATALOG.types["Program"], ["budget"], ["country"], TRUE)
    assert refused.value.hint is not None
    assert refused.value.hint.startswith("Add BUDGET_CURRENCY to by")
    answer = await ask("{ programs { groupBy(by: [COUNTRY]) { sum { budget } } } }")
    assert answer["errors"][0]["code"] == MIXED
    answer = await ask("{ programs { groupBy(by: [BUDGET_CURRENCY]) { sum { budget } } } }")
    assert "errors" not in answer


async def test_what_is_no_money_needs_no_currency(ask: Ask) -> None:
    answer = await ask("{ needs { groupBy(by: [KIND]) { count sum { places } } } }")
    assert "errors" not in answer


async def test_money_is_put_in_order_within_one_currency(ask: Ask) -> None:
    order = "orderBy: [{field: AMOUNT, direction: DESC}]"
    answer = await ask(f"{{ exportStatistics({order}) {{ nodes {{ id }} }} }}", viewer=EDITOR)
    assert answer["errors"][0]["code"] == MIXED
    query = f"{{ exportStatistics({FIXED}, {order}) {{ nodes {{ amount {{ amount }} }} }} }}"
    answer = await ask(query, viewer=EDITOR)
    found = [Decimal(node["amount"]["amount"]) for node in answer["data"]["exportStatistics"]["nodes"]]
    assert found == sorted((row["amount"] for row in EXPORTS if row["currency"] == "USD"), reverse=True)


ABOVE = "query($amount: Decimal) { exportStatistics(where: {amount: {gt: $amount}}) { totalCount } }"


@pytest.mark.parametrize("exact", ["12345678901234.5", "1e300", "-0.1", "12345678901234567"])
async def test_a_number_that_json_cannot_have_rounded_is_a_decimal(ask: Ask, exact: str) -> None:
    value, literal = await _both(ask, exact)
    assert "errors" not in value
    assert value["data"] == literal["data"]


@pytest.mark.parametrize(
    "long", ["123456789012345.6", "12345678901234567.89", "-0.30000000000000004", "1.2345678901234567e+29"]
)
async def test_a_number_that_json_may_have_rounded_is_refused_and_its_text_is_taken(
    ask: Ask, long: str
) -> None:
    for answer in await _both(ask, long):
        assert "send it as a text" in answer["errors"][0]["message"]
    for answer in await _both(ask, f'"{long}"'):
        assert "errors" not in answer


async def _both(ask: Ask, written: str) -> list[dict[str, Any]]:
    """The answers to the number as a variable, and as it stands in the document."""
    as_variable = await ask(ABOVE, {"amount": orjson.loads(written)})
    in_document = await ask(ABOVE.replace("($amount: Decimal)", "").replace("$amount", written))
    return [as_variable, in_document]
