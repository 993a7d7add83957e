"""Types and documents that graphql-codegen generates for TypeScript, compiled strictly and used by node."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.embedded import EmbeddedPostgres
from tests import packages
from tests.clients.served import HERE, SEEN, Served, blocks, run, served, workplace

FOLDER = HERE / "typescript"
TOOLS = Path("node_modules") / ".bin"


@pytest.fixture(scope="module")
async def server(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Served]:
    async with served(postgres, migrated) as found:
        yield found


async def test_the_generated_types_compile_strictly_and_do_what_a_partner_does(
    server: Served, tmp_path: Path
) -> None:
    packages.or_skip(packages.node_packages, FOLDER)
    work = workplace(tmp_path, server.place, FOLDER, ("begin.ts", blocks("ts")[-1]))
    (work / "node_modules").symlink_to(FOLDER / "node_modules")
    await run(os.fspath(TOOLS / "graphql-codegen"), "--config", "codegen.ts", cwd=work)
    await run(os.fspath(TOOLS / "tsc"), cwd=work)
    first = await run("node", "compiled/begin.js", cwd=work, TRIPLEHELIX_KEY=server.key)
    assert first.splitlines() == ["indus-college 2001", "INVALID_CURSOR"]
    printed = await run("node", "compiled/partner.js", cwd=work, TRIPLEHELIX_KEY=server.key)
    assert json.loads(printed) == SEEN
