"""The explorer over HTTP: its page, files and ready queries, and the state of the committed build."""

import gzip
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from web.explorer import Explorer, read_queries

ROOT = Path(__file__).parents[1]
DIST = ROOT / "explorer" / "dist"
BUILT = sorted(path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file())
ASSETS = [name for name in BUILT if name.startswith("graphql/assets/")]

Write = Callable[[str, str], None]


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    folder = tmp_path / "queries"
    folder.mkdir()
    return folder


@pytest.fixture
def write(queries: Path) -> Write:
    def write(name: str, text: str) -> None:
        (queries / name).write_text(text, "utf-8")

    return write


def browse(dist: Path, queries: Path) -> TestClient:
    explorer = Explorer(dist, queries)
    return TestClient(Starlette(routes=[*explorer.routes(), Route("/graphql", explorer.page)]))


def test_the_page_may_load_from_its_server_only_and_be_framed_by_nobody(queries: Path) -> None:
    answer = browse(DIST, queries).get("/graphql")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["worker-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-cache"


def test_the_page_names_only_files_that_are_served_below_it(queries: Path) -> None:
    client = browse(DIST, queries)
    page = client.get("/graphql").text
    named = [part.split('"')[0] for part in page.split('="./')[1:]]

    assert named
    for name in named:
        assert client.get(f"/{name}").status_code == 200, name


def test_a_missing_build_is_told_with_the_way_to_build_it(tmp_path: Path, queries: Path) -> None:
    answer = browse(tmp_path / "nowhere", queries).get("/graphql")

    assert answer.status_code == 503
    assert "npm ci &amp;&amp; npm run build" in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ASSETS)
def test_every_built_file_is_served_for_good_in_its_own_type(name: str, tmp_path: Path) -> None:
    answer = browse(DIST, tmp_path).get(f"/{name}", headers={"accept-encoding": "identity"})

    assert answer.status_code == 200
    assert answer.content == (DIST / name).read_bytes()
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".ttf": "font/ttf"}
    assert answer.headers["content-type"].split(";")[0] == kinds[Path(name).suffix]


def test_a_file_is_compressed_for_who_takes_it(tmp_path: Path) -> None:
    largest = max(ASSETS, key=lambda name: (DIST / name).stat().st_size)
    client = browse(DIST, tmp_path)
    with client.stream("GET", f"/{largest}", headers={"accept-encoding": "gzip, br"}) as answer:
        raw = b"".join(answer.iter_raw())

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert len(raw) < (DIST / largest).stat().st_size / 3
    assert gzip.decompress(raw) == (DIST / largest).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/graphql/assets/no-such-file.js",
        "/graphql/assets/../../index.html",
        "/graphql/assets/%2e%2e%2f%2e%2e%2findex.html",
        "/graphql/assets/..%5c..%5cindex.html",
        "/graphql/assets/%2fetc%2fpasswd",
        "/graphql/assets/",
        "/graphql/assets/index.html%00.js",
    ],
)
def test_no_address_reaches_a_file_that_is_not_an_asset(path: str, queries: Path) -> None:
    answer = browse(DIST, queries).get(path)

    assert answer.status_code == 404
    assert "<html" not in answer.text


def test_ready_queries_come_in_the_order_of_their_files(queries: Path, write: Write) -> None:
    write("02-live-count.graphql", "subscription Live { count }\n")
    write("01-zones-of-a-province.graphql", "# Which zones\n#   has Sindh?\n#\nquery Zones { zones }\n# end")
    write("01-zones-of-a-province.variables.json", '{"code": "PK-SD"}')
    write("notes.txt", "not a query")
    answer = browse(DIST, queries).get("/graphql/queries.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.json() == [
        {
            "id": "01-zones-of-a-province",
            "name": "Zones of a province",
            "description": "Which zones has Sindh?",
            "query": "# Which zones\n#   has Sindh?\n#\nquery Zones { zones }\n# end\n",
            "variables": {"code": "PK-SD"},
        },
        {
            "id": "02-live-count",
            "name": "Live count",
            "description": "",
            "query": "subscription Live { count }\n",
            "variables": None,
        },
    ]


def test_ready_queries_of_several_folders_come_one_folder_after_the_other(
    tmp_path: Path, queries: Path, write: Write
) -> None:
    write("01-zones.graphql", "{ zones }")
    first = tmp_path / "questions"
    first.mkdir()
    (first / "02-experts.graphql").write_text("{ experts }", "utf-8")
    site = TestClient(Starlette(routes=[*Explorer(DIST, first, queries).routes()]))

    assert [ready["id"] for ready in site.get("/graphql/queries.json").json()] == ["02-experts", "01-zones"]


def test_two_ready_queries_of_one_name_are_refused_at_start(
    tmp_path: Path, queries: Path, write: Write
) -> None:
    write("01-zones.graphql", "{ zones }")
    with pytest.raises(ValueError, match="Two ready queries are named 01-zones"):
        Explorer(DIST, queries, queries)


def test_without_a_folder_of_queries_there_are_none(tmp_path: Path) -> None:
    assert read_queries(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ("{", r"01-a\.variables\.json is not JSON"),
        ("[1]", r"01-a\.variables\.json must hold a JSON object"),
    ],
)
def test_a_broken_variables_file_is_named_at_start(
    variables: str, complaint: str, queries: Path, write: Write
) -> None:
    write("01-a.graphql", "{ a }")
    write("01-a.variables.json", variables)

    with pytest.raises(ValueError, match=complaint):
        Explorer(DIST, queries)


def test_the_committed_build_holds_no_source_map_and_no_path_of_the_machine_that_made_it() -> None:
    assert "index.html" in BUILT
    assert "LICENSES.md" in BUILT
    assert not [name for name in BUILT if name.endswith(".map")]
    for name in BUILT:
        content = (DIST / name).read_bytes()
        for unwanted in (os.fsencode(ROOT), b"node_modules/", b"sourceMappingURL="):
            assert unwanted not in content, (name, unwanted)


def test_the_committed_build_stays_small() -> None:
    sizes = {name: (DIST / name).stat().st_size for name in BUILT}

    assert max(sizes.values()) < 2_000_000, max(sizes, key=lambda name: sizes[name])
    assert sum(sizes.values()) < 8_000_000


@pytest.mark.parametrize("folder", ["explorer", "tests/browser"])
def test_lock_files_record_no_registry(folder: str) -> None:
    lock: dict[str, Any] = json.loads((ROOT / folder / "package-lock.json").read_text("utf-8"))

    assert len(lock["packages"]) > 1
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_the_build_check_says_what_it_lacks_and_passes_where_npm_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        ["/bin/sh", ROOT / "explorer" / "check"],
        env={"PATH": os.fspath(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert done.stdout == "explorer: skipped: npm is not installed\n"
    assert done.stderr == ""
