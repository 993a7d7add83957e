"""docs/exporting.md: its commands run, its tables are those of the program."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from exchange.dump import DumpCode
from exchange.export_formats import FORMATS
from exchange.exporter import PAGE_ROWS
from models.database import Database
from settings import Settings
from tests.exports import EXPORTER, asking, exported
from tests.processes import CHECKOUT, environment
from web.export import PARAMETERS

PAGE = (CHECKOUT / "docs" / "exporting.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]
CURLS = [line for line in COMMANDS if line.startswith("curl ")]
OWN = [shlex.split(line)[1:] for line in COMMANDS if line.startswith("triplehelix ")]


def test_every_command_is_run_by_some_test() -> None:
    assert len(CURLS) + len(OWN) == len(COMMANDS) > 8


async def test_each_address_answers_with_a_file(sample: Database) -> None:
    async with asking(sample) as api:
        for line in CURLS:
            words = shlex.split(line)
            (url,) = (word for word in words if word.startswith("http"))
            more = dict([word.split("=", 1) for word in words if word.startswith("where=")])
            address = urlsplit(url)
            parameters = dict(one.split("=", 1) for one in address.query.split("&") if one) | more
            response = await api.get(address.path, params=parameters)
            assert response.status_code == 200, line
            assert len(response.content) > 500, line


async def test_the_last_line_is_as_shown(sample: Database) -> None:
    (shown,) = re.findall(r'^\{"kind":"END".*$', PAGE, re.MULTILINE)
    last = (await exported(sample, "zones", first="2", has_trailer=True)).splitlines()[-1]
    assert orjson.loads(last) | {"next": None} == orjson.loads(shown) | {"next": None}


def run(arguments: list[str], dsn: str, folder: Path) -> str:
    """What the command says on stderr; it must succeed."""
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "cli.py"), *arguments],
        env={**environment(), "DATABASE_URL": dsn, "PYTHONPATH": str(CHECKOUT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr + done.stdout


def test_the_commands_run_one_after_the_other(sample_dsn: str, fresh_dsn: str, tmp_path: Path) -> None:
    for arguments in OWN:
        if arguments[0] == "restore":
            told = run(arguments[:2], fresh_dsn, tmp_path)
            assert re.search(r"^[0-9,]+ rows of \d+ tables in", told, re.MULTILINE)
        else:
            told = run(arguments, sample_dsn, tmp_path)
            assert re.search(r"^[0-9,]+ (records of|rows of)", told, re.MULTILINE)
    made = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(made) == {"companies.ndjson", "zones.csv", "experts.ndjson", "platform.thdump"}
    assert min(made.values()) > 500


def test_a_wrong_kind_leaves_no_file(sample_dsn: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "cli.py"), "export", "company", "--output", "x"],
        env={**environment(), "DATABASE_URL": sample_dsn, "PYTHONPATH": str(CHECKOUT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "Did you mean companies?" in done.stderr


def rows(heading: str) -> list[str]:
    """The first cells of the table behind a heading of a column."""
    table = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0]
    return re.findall(r"^\| `([A-Za-z_.]+)", table, re.MULTILINE)


def test_the_tables_are_those_of_the_program() -> None:
    assert sorted(rows("Parameter")) == sorted(PARAMETERS)
    assert rows("Code") == [str(code) for code in DumpCode]
    for form in FORMATS:
        assert f"**`{form}`**" in PAGE
    for name in ("sources", "expertSkills", "programSkills", "needSkills", "fundingRoundInvestors"):
        assert name in EXPORTER.kinds
        assert f"`{name}`" in PAGE
    fields = Settings.model_fields
    assert f"{fields['pool_export'].default} exports in a process" in PAGE
    assert f"{fields['exports_per_caller'].default} of one caller" in PAGE
    assert f"takes nothing for {fields['export_stall_seconds'].default} s" in PAGE
    assert fields["export_seconds"].default == 3600
    assert "30 s for a page of 1,000 records" in PAGE
    assert fields["bulk_statement_timeout_ms"].default == 30_000
    assert PAGE_ROWS == 1000
