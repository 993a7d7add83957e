"""Runs graphql-http's audits by node against a running server.

The audits themselves come from npm: installing them is tests/packages.py.
"""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


async def run(url: str) -> list[dict[str, Any]]:
    """The result of every audit: {id, name, status, reason}; status is ok, notice, warn or error."""
    process = await asyncio.create_subprocess_exec(
        "node", "audit.mjs", url, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    found: list[dict[str, Any]] = json.loads(out)
    return found
