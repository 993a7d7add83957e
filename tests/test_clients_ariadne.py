"""A typed Python client that ariadne-codegen generates, type-checked and used against a running server."""

import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.embedded import EmbeddedPostgres
from tests import packages
from tests.clients.served import HERE, SEEN, Served, run, served, workplace

FOLDER = HERE / "python"


@pytest.fixture(scope="module")
async def place(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Served]:
    async with served(postgres, migrated) as found:
        yield found


async def test_the_generated_client_is_strictly_typed_and_does_what_a_partner_does(
    place: Served, tmp_path: Path
) -> None:
    python = os.fspath(packages.or_skip(packages.python_environment, FOLDER))
    work = workplace("python", tmp_path)
    await run(python, "-m", "ariadne_codegen", "--config", "ariadne.toml", cwd=work)
    types = ("--config-file", "mypy.ini", "--python-executable", python, "partner.py")
    await run(sys.executable, "-m", "mypy", *types, cwd=work)
    printed = await run(python, "partner.py", place.origin, cwd=work, TRIPLEHELIX_KEY=place.key)
    assert json.loads(printed) == SEEN
