"""Finds what a browser test needs: Node, npm and Chromium, and Playwright's driver from npm.

Says in one sentence what is missing and how to get it. Installing is tests/packages.py; driving the browser
is the business of the scripts beside this file.
"""

import shutil
from pathlib import Path

from tests import packages

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def find_browser(path: str | None = None) -> str | None:
    """The first Chromium on `path` (default: PATH), or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name, path=path))), None)


def what_is_missing(path: str | None = None) -> str | None:
    """Why the browser tests cannot run with this search path (default: PATH), or None where they can."""
    browser = find_browser(path) or "chromium"
    return packages.what_is_missing("browser tests", ("node", "npm", browser), path)
