"""Packages of others that tests run: installed once, beside the file that pins them.

Node's go to `node_modules`, Python's to an environment in `.venv`; both note what they were made of, so that
other pins install anew, and a second process waits for the first. What cannot be had is said in one sentence,
with which a test is skipped. What is done with the packages is the tests' business.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")

NOTE = "made-of"
DEBIAN_NAMES = {"node": "nodejs"}
NO_NETWORK = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH"
    r"|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|NameResolutionError"
)
"""How npm and pip say that they did not reach what they load from."""


class Missing(Exception):
    """What a test needs is not here; the text says what, and how to get it."""


def what_is_missing(whose: str, programs: Sequence[str], path: str | None = None) -> str | None:
    """Why `whose` cannot run with this search path (default: PATH), or None where all programs are there."""
    missing = [name for name in programs if shutil.which(name, path=path) is None]
    if not missing:
        return None
    verb = "is" if len(missing) == 1 else "are"
    packages = " ".join(DEBIAN_NAMES.get(name, name) for name in missing)
    return (
        f"{whose}: {', '.join(missing)} {verb} not installed "
        f"(on Debian and Ubuntu: apt-get install {packages})"
    )


def or_skip(install: Callable[[Path], T], folder: Path) -> T:
    """What `install` gives; the test is skipped where something is missing for it."""
    try:
        return install(folder)
    except Missing as missing:
        pytest.skip(str(missing))


def node_packages(folder: Path) -> None:
    """Sees to it that `folder`'s node_modules is what its package-lock.json says.

    Raises:
        Missing: without node and npm, or where npm reaches no registry.
    """
    if reason := what_is_missing(folder.name, ("node", "npm")):
        raise Missing(reason)
    made_of = (folder / "package-lock.json").read_text("utf-8")
    with _once(folder / "node_modules", made_of) as is_ready:
        if not is_ready:
            options = ("--no-progress", "--loglevel=error", "--no-audit", "--no-fund", "--prefer-offline")
            _run("npm", "ci", *options, "--fetch-retries=1", "--fetch-retry-mintimeout=1000", cwd=folder)


def python_environment(folder: Path) -> Path:
    """The interpreter of an environment that has what `folder`'s requirements.txt pins, and nothing of ours.

    Raises:
        Missing: where pip reaches no index.
    """
    requirements = folder / "requirements.txt"
    place = folder / ".venv"
    python = place / "bin" / "python"
    with _once(place, f"{sys.version}\n{requirements.read_text('utf-8')}") as is_ready:
        if not is_ready:
            # Without a pip of its own it is made in a moment; ours installs into it.
            venv.create(place, clear=True, with_pip=False, symlinks=True)
            pip = (sys.executable, "-m", "pip", "--python", os.fspath(python), "--disable-pip-version-check")
            install = ("install", "--quiet", "--retries=1", "--no-deps", "--no-compile", "-r")
            _run(*pip, *install, os.fspath(requirements), cwd=folder)
    return python


@contextmanager
def _once(made: Path, made_of: str) -> Iterator[bool]:
    """Whether the folder `made` is there and made of this already; notes it at the end.

    One process at a time is here: the others wait, and then find it made.
    """
    digest = hashlib.sha256(os.fspath(made).encode()).hexdigest()[:16]
    lock = Path(tempfile.gettempdir()) / f"th-packages-{os.getuid()}-{digest}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        note = made / NOTE
        is_ready = note.is_file() and note.read_text("utf-8") == made_of
        if not is_ready and not os.access(made.parent, os.W_OK):
            raise Missing(
                f"{_named(made.parent)}: its packages are not here and its folder is not ours to write"
            )
        yield is_ready
        if not is_ready:
            note.write_text(made_of, "utf-8")


def _run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=200, check=False)
    if not done.returncode:
        return
    said = f"{done.stdout}{done.stderr}".strip()
    name = _named(cwd)
    if NO_NETWORK.search(said):
        raise Missing(
            f"{name}: its packages are not here and could not be loaded; that needs the network once"
        )
    raise RuntimeError(f"{' '.join(command)} failed in {name}: {said}")


def _named(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"
