"""The migrations: those of what live data and sandbox share (`common`), and those of each (`graph`).

Which is the newest is read from the files. Whether they have run is models.migrate's business, running them
that of models.revisions.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
GRAPH = "graph"
SCHEMAS = ("live", "sandbox")
_REVISION = re.compile(r"""^revision = ["'](\w+)["']$""", re.MULTILINE)
"""As we write it, and as `triplehelix migrate --new` does."""


@cache
def head(branch: str) -> str:
    """The newest revision of a branch: that of the file with the highest number."""
    newest = max((FOLDER / branch).glob("[0-9]*.py"))
    found = _REVISION.search(newest.read_text(encoding="utf-8"))
    assert found is not None, f"{newest} names no revision"
    return found[1]
