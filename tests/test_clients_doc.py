"""docs/clients.md names the versions, and shows the files, that the tests of the clients use."""

import json
import re
from importlib.metadata import version

from tests.clients.served import HERE, PAGE, blocks
from tests.processes import CHECKOUT

ROW = re.compile(r"^\| \[([\w-]+)\]\(\S+\) \(\w+\) \| (\d+\.\d+) \|", re.MULTILINE)


def test_the_versions_are_those_that_are_installed() -> None:
    python = (HERE / "python" / "requirements.txt").read_text(encoding="utf-8")
    node = json.loads((HERE / "typescript" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    explorer = json.loads((CHECKOUT / "explorer" / "package-lock.json").read_text(encoding="utf-8"))
    pinned = {
        "gql": version("gql"),
        "ariadne-codegen": dict(line.split("==") for line in python.split())["ariadne-codegen"],
        "graphql-codegen": node["node_modules/@graphql-codegen/cli"]["version"],
        "graphql-sse": node["node_modules/graphql-sse"]["version"],
        "graphql-ws": explorer["packages"]["node_modules/graphql-ws"]["version"],
    }
    assert dict(ROW.findall(PAGE)) == {name: ".".join(full.split(".")[:2]) for name, full in pinned.items()}


def test_the_files_are_those_that_clients_are_generated_with() -> None:
    shown = blocks("toml") + blocks("ts")[:-1]
    files = ("python/ariadne.toml", "typescript/codegen.ts", "typescript/ask.ts")
    assert shown == [(HERE / name).read_text(encoding="utf-8") for name in files]
