"""A typed Python client that ariadne-codegen generates, type-checked and used against a running server."""

import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.embedded import EmbeddedPostgres
from tests import packages
from tests.clients.served import HERE, SEEN, Served, blocks, run, served, workplace

FOLDER = HERE / "python"


@pytest.fixture(scope="module")
async def server(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Served]:
    async with served(postgres, migrated) as found:
        yield found


async def test_the_generated_client_is_strictly_typed_and_does_what_a_partner_does(
    server: Served, tmp_path: Path
) -> None:
    python = os.fspath(packages.or_skip(packages.python_environment, FOLDER))
    _, begin = blocks("python")
    work = workplace(tmp_path, server.place, FOLDER, ("begin.py", begin))
    await run(python, "-m", "ariadne_codegen", "--config", "ariadne.toml", cwd=work)
    types = ("--config-file", "mypy.ini", "--python-executable", python, "partner.py", "begin.py")
    await run(sys.executable, "-m", "mypy", *types, cwd=work)
    first = await run(python, "begin.py", cwd=work, TRIPLEHELIX_KEY=server.key)
    assert first.splitlines()[0] == "indus-college 2001"
    assert "INVALID_CURSOR" in first.splitlines()[1]
    assert json.loads(await run(python, "partner.py", cwd=work, TRIPLEHELIX_KEY=server.key)) == SEEN
