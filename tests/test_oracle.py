"""Two ways to one answer: generated operations, and known ones, answered by the compiler and the oracle."""

import ast
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schema as api
from models.database import Database
from tests.conftest import VIEWERS
from tests.operation_scopes import Operation
from tests.operation_values import TERMS
from tests.operations import operations
from tests.oracle import Oracle, load
from tests.oracle.both_ways import disagreements
from tests.oracle.cases import Case, cases
from tests.unwalled import Unwalled

ALLOWED = ("resolvers.mapping", "resolvers.viewer")
BUILT: GraphQLSchema = build_schema(api.schema.as_str())


@pytest.fixture(scope="session")
async def oracle(graph_dsn: str) -> Oracle:
    """The oracle over the small test graph."""
    return Oracle(BUILT, await load(graph_dsn, api.CATALOG, TERMS), api.CATALOG)


@pytest.fixture(scope="session")
async def unwalled(graph_dsn: str) -> AsyncIterator[Database]:
    """The small test graph without row security."""
    database = Unwalled(graph_dsn)
    await database.open()
    yield database
    await database.close()


@settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(operation=operations(BUILT, api.CATALOG), viewer=st.sampled_from(sorted(VIEWERS)))
async def test_a_generated_operation_is_one_statement_and_answers_as_the_oracle(
    graph_database: Database, oracle: Oracle, operation: Operation, viewer: str
) -> None:
    assert validate(BUILT, parse(operation.text)) == []
    assert await disagreements(graph_database, oracle, operation, VIEWERS[viewer]) == []


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
async def test_a_known_operation_answers_as_the_oracle(
    graph_database: Database, oracle: Oracle, case: Case
) -> None:
    assert await disagreements(graph_database, oracle, case.operation, VIEWERS[case.viewer]) == []


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
async def test_the_compilers_own_conditions_hide_what_row_security_would(
    unwalled: Database, oracle: Oracle, case: Case
) -> None:
    assert await disagreements(unwalled, oracle, case.operation, VIEWERS[case.viewer]) == []


def test_the_oracle_imports_nothing_of_the_compiler() -> None:
    folder = Path(__file__).parent / "oracle"
    imported = {
        name
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _modules(node)
    }
    assert "resolvers.mapping" in imported
    assert {name for name in imported if name.startswith("resolvers")} <= set(ALLOWED)


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "resolvers":
        return [f"resolvers.{alias.name}" for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
