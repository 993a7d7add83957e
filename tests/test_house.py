"""The rules of the house, read from the source files: rooms, imports, sizes, names, docstrings, leaks.

docs/architecture.md says why; here each rule is a function from files to breaches, tried on planted
breaches first, so that no rule passes because it looks at nothing.
"""

import ast
import fnmatch
import graphlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import LONG

ROOT = Path(__file__).parents[1]
COMMANDS = "web/commands"
SEES: dict[str, set[str]] = {
    "settings": set(),
    "models": {"models"},
    "resolvers": {"models", "resolvers"},
    "exchange": {"models", "resolvers", "exchange"},
    "schema": {"models", "resolvers", "exchange", "schema"},
    "web": {"models", "resolvers", "exchange", "schema", "web"},
    "server": {"models", "resolvers", "schema", "web", "exchange", "settings", "cli"},
    COMMANDS: {"models", "resolvers", "schema", "web", "exchange", "settings"},
    "cli": {"models", "resolvers", "schema", "web", "exchange", "settings", COMMANDS},
}
"""Room -> the rooms that it may import. `server` may call `cli` only to be run as a script."""
SPEAKS_STRAWBERRY = {"schema", "web", "server"}
LINES = 300
OWN_SIZES = {
    # The compiler's cores, and the one table of all vocabularies.
    "resolvers/plan.py": 400,
    "resolvers/planner.py": 400,
    "resolvers/filters.py": 400,
    "resolvers/sql.py": 400,
    "resolvers/pages.py": 400,
    "models/vocabulary.py": 400,
    "cli.py": 400,
    # Composing stays thin: what it composes lives in its room.
    "server.py": 149,
}
EMPTY_NAMES = re.compile(r"(?i)^(utils?|helpers?|managers?|services?|handlers?|misc)$")
EMPTY_ENDINGS = re.compile(r"(Util|Utils|Helper|Manager|Service|Handler)$")
LEAKS = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/"),
    "the host of a package registry": re.compile(
        r"(?i)(?:registry\.npm\w*|registry\.yarn\w*|files\.python\w*|(?:test\.)?pypi|crates|rubygems)\.(?:org|com|io)\b"
        r"|https?://[^\s\"']*(?:artifactory|nexus|devpi|verdaccio)"
    ),
    "a secret": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bth_(?:live|test)_[A-Za-z0-9_-]{30,}"),
}

Sources = Mapping[str, str]
"""Path below the root -> text."""


def tracked() -> Iterator[Path]:
    """Every file but those that .gitignore names."""
    ignored = [
        line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.strip()
    ] + [".git"]
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored):
                continue
            if path.is_dir():
                folders.append(path)
            else:
                yield path


def _read(*suffixes: str) -> dict[str, str]:
    found = {}
    for path in tracked():
        if not suffixes or path.suffix in suffixes:
            try:
                found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return found


def room(path: str) -> str:
    """`models/zone.py` -> `models`, `cli.py` -> `cli`; the commands in `web/` are a room of their own."""
    if f"{path}/".startswith(f"{COMMANDS}/"):
        return COMMANDS
    return path.partition("/")[0].removesuffix(".py")


def product(sources: Sources) -> Iterator[tuple[str, ast.Module]]:
    """The modules of the rooms."""
    for path, text in sources.items():
        if path.endswith(".py") and room(path) in SEES:
            yield path, ast.parse(text)


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import; `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            stem = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{stem}.{name.name}") for name in node.names)


def _is_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


# -- the rules: each yields its breaches -------------------------------------------------------------


def who_imports_whom(sources: Sources) -> Iterator[str]:
    for path, tree in product(sources):
        for line, name in imports(tree):
            other = room(name.replace(".", "/"))
            if name.startswith("."):
                yield f"{path}:{line} imports relatively: write the room's name"
            elif other in SEES and other not in SEES[room(path)] and other != room(path):
                yield f"{path}:{line} {room(path)} must not see {other}"
            elif other == "tests":
                yield f"{path}:{line} the product must not see its tests"


def who_speaks_strawberry(sources: Sources) -> Iterator[str]:
    for path, tree in product(sources):
        for line, name in imports(tree):
            if name.partition(".")[0] == "strawberry" and room(path) not in SPEAKS_STRAWBERRY:
                yield f"{path}:{line} {room(path)} must not import Strawberry"


def imports_stand_at_the_top(sources: Sources) -> Iterator[str]:
    for path, tree in product(sources):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from (f"{path}:{line} {name} is imported in a function" for line, name in imports(node))


def nothing_that_hangs(sources: Sources) -> Iterator[str]:
    for path, tree in product(sources):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "executemany":
                yield f"{path}:{node.lineno} asyncpg's executemany never ends when cancelled: unnest arrays"


def no_circles(sources: Sources) -> Iterator[str]:
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in sources}
    graph: dict[str, set[str]] = {}
    for path, tree in product(sources):
        me = next(name for name, its in modules.items() if its == path)
        tree.body = [node for node in tree.body if not _is_type_checking(node)]
        found = set()
        for _, name in imports(tree):
            target = name if name in modules else name.rpartition(".")[0]
            # What a package's own modules import from it are its modules, which stand for themselves.
            if target in modules and target != me:
                found.add(target)
        graph[me] = found
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        yield " -> ".join(error.args[1])


def sizes(sources: Sources) -> Iterator[str]:
    for path, _ in product(sources):
        lines, limit = len(sources[path].splitlines()), OWN_SIZES.get(path, LINES)
        if lines > limit and "/migrations/" not in path:
            yield f"{path} has {lines} lines; {limit} are allowed: split it by what its parts do"


def docstrings(sources: Sources) -> Iterator[str]:
    for path, text in sources.items():
        tree = ast.parse(text) if path.endswith(".py") else None
        is_blank = not text.strip() and room(path) == "tests"
        if tree is not None and not is_blank and not ast.get_docstring(tree):
            yield f"{path} does not say what its duty is: open it with a docstring"


def names(sources: Sources) -> Iterator[str]:
    for path, text in sources.items():
        if path.startswith(("explorer/dist/", "explorer/package-lock")):
            continue
        for part in Path(path).with_suffix("").parts:
            if EMPTY_NAMES.match(part):
                yield f'{path}: "{part}" says nothing about what is in it'
        if path.endswith(".py"):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ClassDef) and EMPTY_ENDINGS.search(node.name):
                    yield f'{path}:{node.lineno} "{node.name}" says nothing about what it is'


def leaks(sources: Sources) -> Iterator[str]:
    for path, text in sources.items():
        for number, line in enumerate(text.splitlines(), 1):
            for what, pattern in LEAKS.items():
                if found := pattern.search(line):
                    yield f"{path}:{number} holds {what}: {found[0]}"


RULES: dict[Callable[[Sources], Iterator[str]], list[dict[str, str]]] = {
    who_imports_whom: [
        {"models/a.py": "from resolvers.sql import Printer"},
        {"resolvers/a.py": "import schema"},
        {"exchange/a.py": "from schema import CATALOG"},
        {"web/a.py": "from settings import Settings"},
        {"resolvers/a.py": "if TYPE_CHECKING:\n    import exchange.ror"},
        {"schema/a.py": "from .zone import Zone"},
        {"models/a.py": "from tests.graph import load"},
    ],
    who_speaks_strawberry: [
        {"resolvers/a.py": "def f():\n    import strawberry"},
        {"exchange/a.py": "from strawberry.types import Info"},
        {"models/a.py": "import strawberry.relay"},
    ],
    imports_stand_at_the_top: [{"models/a.py": "def f():\n    import json"}],
    nothing_that_hangs: [{"exchange/a.py": "await connection.executemany(sql, rows)"}],
    no_circles: [
        {"models/a.py": "from models.b import x", "models/b.py": "import models.a"},
        {
            "schema/__init__.py": "from schema import a",
            "schema/a.py": "from schema import b",
            "schema/b.py": "import schema.a",
        },
    ],
    sizes: [{"web/a.py": "\n" * 301}, {"cli.py": "\n" * 401}, {"server.py": "\n" * 150}],
    docstrings: [{"models/a.py": "x = 1"}, {"web/__init__.py": ""}, {"tests/a.py": "x = 1"}],
    names: [
        {"models/utils.py": ""},
        {"web/helpers/a.py": ""},
        {"web/a.py": "class KeyManager: ..."},
        {"explorer/src/utils.js": ""},
    ],
    leaks: [
        {"docs/a.md": "cd " + "/ro" + "ot/project"},
        {"a.lock": '"resolved": "https://registry.' + 'npmjs.org/x"'},
        {"a.pem": "-----BEGIN " + "PRIVATE KEY-----"},
        {"tests/a.py": "key = 'th_live_" + "A" * 43 + "'"},
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_finds_planted_breaches(rule: Callable[[Sources], Iterator[str]]) -> None:
    for planted in RULES[rule]:
        assert list(rule(planted)), planted


@pytest.mark.parametrize("rule", [r for r in RULES if r is not leaks], ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Callable[[Sources], Iterator[str]]) -> None:
    sources = _read(".py", ".js", ".jsx", ".mjs")
    assert {room(path) for path in sources} >= set(SEES)
    assert "\n".join(rule(sources)) == ""


def test_no_tracked_file_holds_what_belongs_to_one_machine() -> None:
    sources = _read()
    assert {"pyproject.toml", "constraints.txt", "explorer/package-lock.json"} <= set(sources)
    assert "\n".join(leaks(sources)) == ""


def test_every_module_of_the_house_is_in_the_wheel() -> None:
    """The rooms that are packed are the rooms that there are."""
    packed = re.search(r"only-include = \[(.*)\]", (ROOT / "pyproject.toml").read_text())
    assert packed is not None
    rooms = {name.partition("/")[0] for name in SEES}
    assert {name.removesuffix(".py") for name in re.findall(r'"([^"]+)"', packed[1])} >= rooms


def test_the_long_files_are_there() -> None:
    assert {f"{name}.py" for name in LONG} <= {path.name for path in (ROOT / "tests").iterdir()}
