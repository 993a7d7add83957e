"""Finds what a browser test needs: Node, npm and Chromium, and Playwright's driver from npm.

Says in one sentence what is missing and how to get it. Driving the browser is the business of the
scripts beside this file.
"""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser(path: str | None = None) -> str | None:
    """The first Chromium on `path` (default: PATH), or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name, path=path))), None)


def what_is_missing(path: str | None = None) -> str | None:
    """Why the browser tests cannot run with this search path, or None where they can."""
    search = os.environ.get("PATH", "") if path is None else path
    missing = [name for name in ("node", "npm") if shutil.which(name, path=search) is None]
    if find_browser(search) is None:
        missing.append("chromium")
    if not missing:
        return None
    verb = "is" if len(missing) == 1 else "are"
    packages = " ".join("nodejs" if name == "node" else name for name in missing)
    return (
        f"browser tests: {', '.join(missing)} {verb} not installed "
        f"(on Debian and Ubuntu: apt-get install {packages})"
    )


def install_driver() -> None:
    """Runs `npm ci` beside this file unless what the lock file says is there already."""
    installed = HERE / "node_modules" / ".package-lock.json"
    lock = HERE / "package-lock.json"
    if installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = ["npm", "ci", "--no-progress", "--loglevel=error"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"npm ci failed in tests/browser: {done.stderr.strip()}")
