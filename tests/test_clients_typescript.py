"""Types and documents that graphql-codegen generates for TypeScript, compiled strictly and used by node."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.embedded import EmbeddedPostgres
from tests import packages
from tests.clients.served import HERE, SEEN, Served, run, served, workplace

FOLDER = HERE / "typescript"
TOOLS = Path("node_modules") / ".bin"


@pytest.fixture(scope="module")
async def place(postgres: EmbeddedPostgres, migrated: str) -> AsyncIterator[Served]:
    async with served(postgres, migrated) as found:
        yield found


async def test_the_generated_types_compile_strictly_and_do_what_a_partner_does(
    place: Served, tmp_path: Path
) -> None:
    packages.or_skip(packages.node_packages, FOLDER)
    work = workplace("typescript", tmp_path)
    (work / "node_modules").symlink_to(FOLDER / "node_modules")
    await run(os.fspath(TOOLS / "graphql-codegen"), "--config", "codegen.ts", cwd=work)
    await run(os.fspath(TOOLS / "tsc"), cwd=work)
    printed = await run("node", "compiled/partner.js", place.origin, cwd=work, TRIPLEHELIX_KEY=place.key)
    assert json.loads(printed) == SEEN
