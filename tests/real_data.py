"""Where tests find real input. Without it they, and only they, skip, all from one line with one reason."""

import os
from pathlib import Path

import pytest

REASON = "TRIPLEHELIX_REAL_DATA does not name the folder of real input"


def real_file(name: str) -> Path:
    """A file of the folder named by TRIPLEHELIX_REAL_DATA; skips the test where that is unset."""
    folder = os.environ.get("TRIPLEHELIX_REAL_DATA")
    if not folder:
        pytest.skip(REASON)
    return Path(folder) / name
