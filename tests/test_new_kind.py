"""A twelfth kind costs the files that docs/architecture.md names, and then the running API knows it.

The project is copied, the kind is added there, and programs of the copy make the migration, migrate,
import a row and serve. What follows for one kind of the house is tested by the generic tests.
"""

import json
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import ANY

import asyncpg
import pytest

from models.embedded import EmbeddedPostgres
from tests.conftest import clone
from tests.processes import CHECKOUT, environment, open_folder, python

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "node_modules")
MODEL = '''"""Laboratories."""

from datetime import date

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped

from models.base import kind_column, precision_column
from models.entity import Entity
from models.vocabulary import Kind, LaboratoryType


class Laboratory(Entity):
    """A place where experiments are done."""

    __mapper_args__ = {"polymorphic_identity": Kind.LABORATORY}

    laboratory_type: Mapped[str | None] = kind_column(enum=LaboratoryType, required=True)
    bench_count: Mapped[int | None] = kind_column(Integer, indexed=True)
    accredited_on: Mapped[date | None] = kind_column(indexed=True)
    accredited_on_precision: Mapped[str | None] = precision_column()
'''
SCHEMA = '''"""Laboratories."""

from models import Laboratory as LaboratoryModel
from models.vocabulary import LaboratoryType, Role
from schema.declare import entity
from schema.entity import Entity
from schema.fields import Connection, column, composite, relation
from schema.university import University
from schema.values import PARTIAL_DATE, PartialDate


@entity(LaboratoryModel)
class Laboratory(Entity):
    """A place where experiments are done."""

    laboratory_type: LaboratoryType = column("What is done there.")
    bench_count: int | None = column("How many workplaces it has.")
    accredited_on: PartialDate | None = composite("When.", PARTIAL_DATE, test="date", sort="date")
    universities: Connection[University] = relation(Role.PART_OF, description="Where it belongs.")
'''
VOCABULARY = '''class LaboratoryType(Vocabulary):
    """What is done in a laboratory."""

    TEACHING = "TEACHING", "Students learn there."
    RESEARCH = "RESEARCH", "Research is done there."


'''
INSERTED_BEFORE = {
    "models/vocabulary.py": {
        "class SizeClass(Vocabulary):": VOCABULARY,
        '    MEETING = "MEETING",': '    LABORATORY = "LABORATORY", "A place where experiments are done."\n',
        "_pairs(_ZONE, frozenset({Kind.CLUSTER}))": "_pairs(frozenset({Kind.LABORATORY}), _UNIVERSITY) | ",
    },
    "models/__init__.py": {
        "from models.meeting import": "from models.laboratory import Laboratory\n",
        '    "Meeting",': '    "Laboratory",\n',
    },
    "schema/__init__.py": {
        "from schema.limits import": "from schema.laboratory import Laboratory\n",
        '    ("meeting", "meetings", Meeting),': '    ("laboratory", "laboratories", Laboratory),\n',
    },
}
"""File -> what stands there today -> what the new kind puts in front of it."""
ROWS = [
    {"kind": "UNIVERSITY", "slug": "uni", "name": "University of the Test"},
    {
        "kind": "LABORATORY",
        "slug": "optics",
        "name": "Optics Laboratory",
        "laboratoryType": "RESEARCH",
        "benchCount": 12,
        "accreditedOn": "2021-09",
        "relations": [{"role": "PART_OF", "to": {"slug": "uni"}}],
    },
]
QUERY = """{
  laboratories(where: {laboratoryType: {eq: RESEARCH}}, orderBy: [{field: ACCREDITED_ON}]) {
    nodes { name benchCount accreditedOn { date precision } universities { nodes { name } } }
    groupBy(by: [LABORATORY_TYPE]) { keys { laboratoryType } count max { benchCount } }
  }
  laboratory(by: {slug: "optics"}) { kind }
  search(text: "optics", kinds: [LABORATORY]) { nodes { __typename } }
}"""
ANSWER = {
    "laboratories": {
        "nodes": [
            {
                "name": "Optics Laboratory",
                "benchCount": 12,
                "accreditedOn": {"date": "2021-09-01", "precision": "MONTH"},
                "universities": {"nodes": [{"name": "University of the Test"}]},
            }
        ],
        "groupBy": [{"keys": {"laboratoryType": "RESEARCH"}, "count": 1, "max": {"benchCount": 12}}],
    },
    "laboratory": {"kind": "LABORATORY"},
    "search": {"nodes": [{"__typename": "Laboratory"}]},
}
SAVE = """mutation {
  saveLaboratories(input: [
    {slug: "optics", benchCount: 12}
    {slug: "laser", name: "Laser", laboratoryType: TEACHING}
  ]) {
    results { status entity { name benchCount laboratoryType } }
  }
}"""
SAVED = [
    {
        "status": "UNCHANGED",
        "entity": {"name": "Optics Laboratory", "benchCount": 12, "laboratoryType": "RESEARCH"},
    },
    {"status": "CREATED", "entity": {"name": "Laser", "benchCount": None, "laboratoryType": "TEACHING"}},
]
IMPORT = """
import asyncio, sys
from pathlib import Path
from unittest.mock import ANY
from exchange import ndjson
from exchange.fields import FIELDS_OF
from exchange.importer import load
report = asyncio.run(load(sys.argv[1], ndjson.read(Path(sys.argv[2]), FIELDS_OF)))
"""
DOWNGRADE = """
import asyncio, sys
from models import revisions
asyncio.run(revisions.downgrade_async(sys.argv[1], "-1"))
"""


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    """The project in a folder of its own."""
    with open_folder() as folder:
        copied = folder / "triplehelix"
        shutil.copytree(CHECKOUT, copied, ignore=LEFT_OUT)
        yield copied


def add_kind(copied: Path) -> None:
    """What a developer writes by hand."""
    (copied / "models" / "laboratory.py").write_text(MODEL)
    (copied / "schema" / "laboratory.py").write_text(SCHEMA)
    for name, insertions in INSERTED_BEFORE.items():
        text = (copied / name).read_text()
        for place, inserted in insertions.items():
            assert text.count(place) == 1, f"{name}: {place}"
            text = text.replace(place, inserted + place)
        (copied / name).write_text(text)


def contents(copied: Path) -> dict[str, bytes]:
    """Every file of the copy; the number of a migration is a star."""
    files = {path.relative_to(copied): path for path in copied.rglob("*") if path.is_file()}
    return {
        re.sub(r"/\d{4}_lab", "/*_lab", name.as_posix()): file.read_bytes() for name, file in files.items()
    }


def run(copied: Path, *arguments: str) -> str:
    """The output of a program of the copy."""
    env = {**environment(), "PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], env=env, cwd=copied, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def cli(copied: Path, *arguments: str) -> str:
    """The output of a command of the copy."""
    return run(copied, str(copied / "cli.py"), *arguments)


def editors_key(copied: Path, dsn: str) -> dict[str, str]:
    """A header with a key that may write."""
    given = ["--label", "t", "--partner-name", "T", "--role", "editor", "--scope", "entities:write"]
    secret = cli(copied, "key", "create", "testers", *given, "--database-url", dsn).strip()
    return {"authorization": f"Bearer {secret}"}


def answer_of(copied: Path, dsn: str, *queries: str) -> list[object]:
    """What the copy's server answers an editor over HTTP, on this database."""
    headers = {"content-type": "application/json", **editors_key(copied, dsn)}
    env = {"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1", "TRIPLEHELIX_METRICS_PORT": "0"}
    arguments = [str(copied / "cli.py"), "serve", "--port", "0", "--no-sample"]
    with python(*arguments, env={**env, "DATABASE_URL": dsn}) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        address = next(word for word in line.split() if word.startswith("http"))
        found = []
        for query in queries:
            request = urllib.request.Request(address, json.dumps({"query": query}).encode(), headers)
            with urllib.request.urlopen(request, timeout=60) as response:
                found.append(json.load(response))
    return found


def named_in_the_documentation() -> set[str]:
    """The files that docs/architecture.md says a new kind costs, for the kind of this test."""
    text = (CHECKOUT / "docs" / "architecture.md").read_text()
    section = re.search(r"^## A new kind\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section is not None
    found = re.findall(r"^\| `([^`]+)` \|", section[1], re.MULTILINE)
    return {name.replace("<kind>", "laboratory").replace("<number>", "*") for name in found}


async def test_a_new_kind_is_served_after_touching_only_the_named_files(
    copy: Path, postgres: EmbeddedPostgres, migrated: str
) -> None:
    before = contents(copy)
    add_kind(copy)
    older = await clone(postgres.dsn, migrated)
    cli(copy, "migrate", "--new", "laboratory", "--database-url", older)
    cli(copy, "schema", "--write")
    touched = {name for name, text in contents(copy).items() if before.get(name) != text}
    assert touched == named_in_the_documentation() - {"tests/test_laboratory.py"}

    cli(copy, "migrate", "--new", "nothing", "--database-url", older)
    (nothing,) = (copy / "models" / "migrations" / "graph").glob("*_nothing.py")
    assert "op." not in nothing.read_text().partition("def upgrade")[2]
    nothing.unlink()

    rows = copy.parent / "rows.ndjson"
    rows.write_text("\n".join(json.dumps(row) for row in ROWS))
    empty = await clone(postgres.dsn, "template1")
    for dsn in (older, empty):
        cli(copy, "migrate", "--database-url", dsn)
        run(copy, "-c", IMPORT, dsn, str(rows))
        read, written = answer_of(copy, dsn, QUERY, SAVE)
        assert read == {"data": ANSWER, "extensions": ANY}
        assert written == {"data": {"saveLaboratories": {"results": SAVED}}, "extensions": ANY}
        await assert_the_kind_is_guarded_and_recorded(copy, dsn)
    assert "laboratories(first: Int" in cli(copy, "explain", "laboratory")


async def assert_the_kind_is_guarded_and_recorded(copied: Path, dsn: str) -> None:
    """CHECKs and history know the new columns, and a step back leaves the other kinds guarded."""
    connection = await asyncpg.connect(dsn, server_settings={"search_path": "live, common"})
    try:
        with pytest.raises(asyncpg.CheckViolationError, match="ck_entity_kind_university"):
            await connection.execute("UPDATE entity SET bench_count = 1 WHERE kind = 'UNIVERSITY'")
        with pytest.raises(asyncpg.CheckViolationError, match="ck_entity_kind_laboratory"):
            await connection.execute("UPDATE entity SET laboratory_type = NULL WHERE slug = 'optics'")
        await connection.execute("UPDATE entity SET bench_count = 13 WHERE slug = 'optics'")
        was = await connection.fetchval("SELECT bench_count FROM entity_history WHERE slug = 'optics'")
        assert was == 12
        run(copied, "-c", DOWNGRADE, dsn)
        with pytest.raises(asyncpg.CheckViolationError, match="ck_entity_kind_university"):
            await connection.execute("UPDATE entity SET regime = 'STZ' WHERE kind = 'UNIVERSITY'")
        await connection.execute("UPDATE entity SET city = 'Karachi' WHERE kind = 'UNIVERSITY'")
        changed = await connection.fetchval("SELECT count(*) FROM entity_history WHERE slug = 'uni'")
        assert changed == 1
    finally:
        await connection.close()
