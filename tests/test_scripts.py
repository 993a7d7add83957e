"""The scripts on machines that lack something: one sentence, or an environment made once."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import CHECKOUT, IS_ROOT, NOBODY, open_folder

TOOLS = ["bash", "cat", "chmod", "cp", "env", "mkdir"]

PYTHON = """#!/usr/bin/env bash
# Answers what scripts/environment asks of Python and notes all else.
# VERSION, VENV and NETWORK say what it lacks.
here=${BASH_SOURCE[0]}
case "$*" in
  *sys.version_info*) [[ ${VERSION:-new} == new ]] ;;
  *ensurepip*) [[ ${VENV:-yes} == yes ]] ;;
  *"import pip"*) ;;
  "-m venv "*) mkdir -p "${!#}/bin" && cp "$here" "${!#}/bin/python" && echo venv "${!#}" >>"$LOG" ;;
  "-m pip "*) echo pip "${!#}" >>"$LOG"; [[ ${NETWORK:-yes} == yes ]] ;;
  # As in a checkout that may not be written to: it does not matter.
  "-m compileall "*) echo compile >>"$LOG"; false ;;
  *) echo run "$@" >>"$LOG" ;;
esac
"""


class Machine:
    """A folder with a checkout's scripts, and a PATH with a few tools and, at first, no Python."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "a checkout"
        self.path = folder / "bin"
        self.home = folder / "home"
        self.log = folder / "log"
        self.path.mkdir()
        self.home.mkdir()
        shutil.copytree(CHECKOUT / "scripts", self.checkout / "scripts")
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(CHECKOUT / name, self.checkout)
        for name in TOOLS:
            tool = shutil.which(name)
            assert tool is not None
            (self.path / name).symlink_to(tool)

    def install_python(self, name: str = "python3") -> None:
        (self.path / name).write_text(PYTHON)
        (self.path / name).chmod(0o755)

    def run(self, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / "scripts" / script, *arguments],
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": str(self.path), "HOME": str(self.home), "LOG": str(self.log), **env},
        )

    def logged(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def machine() -> Iterator[Machine]:
    with open_folder() as folder:
        yield Machine(folder)


@pytest.mark.parametrize("script", ["serve", "test", "check"])
def test_a_machine_without_python_is_told_what_to_install(machine: Machine, script: str) -> None:
    done = machine.run(script)
    assert done.returncode == 1
    assert done.stderr == (
        "Error: Python 3.11 or later is needed and was not found: "
        "install it from your system or from python.org.\n"
    )


def test_an_old_python_is_none(machine: Machine) -> None:
    machine.install_python()
    done = machine.run("serve", VERSION="old")
    assert done.returncode == 1
    assert "Python 3.11 or later is needed" in done.stderr


def test_a_newer_python_beside_an_old_one_is_taken(machine: Machine) -> None:
    (machine.path / "python3").write_text("#!/usr/bin/env bash\nexit 1\n")
    (machine.path / "python3").chmod(0o755)
    machine.install_python("python3.12")
    assert machine.run("serve").returncode == 0


def test_a_python_without_venv_is_told_what_to_install(machine: Machine) -> None:
    machine.install_python()
    done = machine.run("serve", VENV="no")
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {machine.path}/python3 has no venv: install it (on Debian")


def test_serve_installs_once_and_hands_its_options_on(machine: Machine) -> None:
    machine.install_python()
    venv, checkout = machine.checkout / ".venv", machine.checkout
    run = f"run {checkout}/cli.py serve --port 0 --no-sample"
    assert machine.run("serve", "--port", "0", "--no-sample").returncode == 0
    assert machine.logged() == [f"venv {venv}", f"pip {checkout}[parquet]", "compile", run]
    assert machine.run("serve", "--port", "0", "--no-sample").stderr == ""
    assert machine.logged() == [run]


def test_changed_requirements_are_installed_again(machine: Machine) -> None:
    machine.install_python()
    machine.run("serve")
    machine.logged()
    with (machine.checkout / "constraints.txt").open("a") as constraints:
        constraints.write("another==1.0\n")
    machine.run("serve")
    run = f"run {machine.checkout}/cli.py serve"
    assert machine.logged() == [f"pip {machine.checkout}[parquet]", "compile", run]


def test_the_tests_have_their_tools_installed_and_serve_needs_no_more(machine: Machine) -> None:
    machine.install_python()
    machine.run("serve")
    machine.logged()
    machine.run("test", "-k", "port")
    assert machine.logged() == [f"pip {machine.checkout}[dev]", "compile", "run -m pytest -k port"]
    with (machine.checkout / "constraints.txt").open("a") as constraints:
        constraints.write("another==1.0\n")
    machine.run("test")
    machine.logged()
    machine.run("serve")
    assert machine.logged() == [f"run {machine.checkout}/cli.py serve"]


def test_a_failed_installation_is_said_and_tried_again(machine: Machine) -> None:
    machine.install_python()
    done = machine.run("serve", NETWORK="no")
    assert done.returncode == 1
    assert "Error: The packages could not be installed" in done.stderr
    machine.logged()
    assert machine.run("serve").returncode == 0
    assert f"pip {machine.checkout}[parquet]" in machine.logged()


@pytest.mark.skipif(not IS_ROOT, reason="only root can give a checkout to another account")
def test_a_checkout_of_another_account_stays_as_it_is(machine: Machine) -> None:
    machine.install_python()
    os.chown(machine.checkout, NOBODY, NOBODY)
    assert machine.run("serve").returncode == 0
    venv = machine.logged()[0].removeprefix("venv ")
    assert venv.startswith(f"{machine.home}/.cache/triplehelix/venv-")
    assert not (machine.checkout / ".venv").exists()
    assert machine.run("serve").returncode == 0
    assert machine.logged() == [f"run {machine.checkout}/cli.py serve"]


def test_check_runs_every_check_and_names_the_failed_ones(machine: Machine) -> None:
    machine.install_python()
    done = machine.run("check")
    assert done.returncode == 1
    assert machine.logged()[3:] == [
        "run -m ruff check .",
        "run -m ruff format --check .",
        "run -m mypy",
        "run cli.py schema --check",
    ]
    assert done.stderr.endswith("Failed: explorer: explorer/dist is what its source says\n")
    (machine.checkout / "explorer").mkdir()
    (machine.checkout / "explorer" / "check").write_text("#!/usr/bin/env bash\n")
    (machine.checkout / "explorer" / "check").chmod(0o755)
    done = machine.run("check")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All checks passed.")


def test_the_pinned_versions_are_plain_and_name_what_is_required() -> None:
    lines = (CHECKOUT / "constraints.txt").read_text().splitlines()
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    assert all(line.count("==") == 1 and "/" not in line for line in lines)
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    required = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.match(r"[A-Za-z0-9-]+", requirement) for requirement in required]
    assert {name[0].lower() for name in names if name} <= pinned
