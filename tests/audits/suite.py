"""Runs graphql-http's audits by node against a running server.

Says in one sentence what is missing and how to get it; the audits themselves come from npm.
"""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def what_is_missing(path: str | None = None) -> str | None:
    """Why the audits cannot run with this search path (default: PATH), or None where they can."""
    missing = [name for name in ("node", "npm") if shutil.which(name, path=path) is None]
    if not missing:
        return None
    packages = " ".join("nodejs" if name == "node" else name for name in missing)
    names = " and ".join(missing)
    return f"HTTP audits: {names} not installed (on Debian and Ubuntu: apt-get install {packages})"


def install() -> None:
    """Runs `npm ci` beside this file unless what the lock file says is there already."""
    installed = HERE / "node_modules" / ".package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= (HERE / "package-lock.json").stat().st_mtime:
        return
    command = ["npm", "ci", "--no-progress", "--loglevel=error"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"npm ci failed in tests/audits: {done.stderr.strip()}")


async def run(url: str) -> list[dict[str, Any]]:
    """The result of every audit: {id, name, status, reason}; status is ok, notice, warn or error."""
    process = await asyncio.create_subprocess_exec(
        "node", "audit.mjs", url, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    found: list[dict[str, Any]] = json.loads(out)
    return found
