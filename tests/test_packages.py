"""How tests get packages of others: once, by one process at a time, and with a reason where not."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import packages

WITHOUT_NPM = packages.what_is_missing("npm's packages", ("node", "npm"))
needs_npm = pytest.mark.skipif(WITHOUT_NPM is not None, reason=WITHOUT_NPM or "")
REQUIREMENTS = "iniconfig==2.3.1\n"


def test_missing_programs_are_named_with_the_way_to_get_them() -> None:
    assert packages.what_is_missing("HTTP audits", ("node", "npm"), path="") == (
        "HTTP audits: node, npm are not installed (on Debian and Ubuntu: apt-get install nodejs npm)"
    )
    assert packages.what_is_missing("this", ("sh",)) is None


def test_two_at_once_make_an_environment_once_and_other_pins_make_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, ...]] = []

    def make(*command: str, cwd: Path) -> None:
        made.append(command)

    # The index is not asked here: who asks it, and how often, is what matters.
    monkeypatch.setattr(packages, "_run", make)
    (tmp_path / "requirements.txt").write_text(REQUIREMENTS)
    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(packages.python_environment, [tmp_path, tmp_path]))
    assert found == {tmp_path / ".venv" / "bin" / "python"}
    assert all(os.access(python, os.X_OK) for python in found)
    assert len(made) == 1
    (tmp_path / "requirements.txt").write_text(f"{REQUIREMENTS}# other\n")
    packages.python_environment(tmp_path)
    assert len(made) == 2


@needs_npm
def test_an_installation_that_fails_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    for _ in range(2):
        with pytest.raises(RuntimeError, match="npm ci"):
            packages.node_packages(tmp_path)


@needs_npm
def test_without_a_network_the_test_is_skipped_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_NO_CACHE_DIR": "1",
        "npm_config_registry": "http://127.0.0.1:9",
        "npm_config_cache": str(tmp_path / "npm"),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "requirements.txt").write_text("no-such-package-of-triple-helix==1.0\n")
    (tmp_path / "package.json").write_text('{"dependencies": {"no-such-package": "1.0.0"}}')
    (tmp_path / "package-lock.json").write_text(
        '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"no-such-package": "1.0.0"}},'
        '"node_modules/no-such-package": {"version": "1.0.0"}}}'
    )
    with pytest.raises(pytest.skip.Exception, match="needs the network once"):
        packages.or_skip(packages.python_environment, tmp_path)
    with pytest.raises(pytest.skip.Exception, match="needs the network once"):
        packages.or_skip(packages.node_packages, tmp_path)


def test_a_folder_that_cannot_be_written_is_a_reason_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text(REQUIREMENTS)
    # Root may write everywhere.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(pytest.skip.Exception, match="not ours to write"):
        packages.or_skip(packages.python_environment, tmp_path)
    assert not (tmp_path / ".venv").exists()
