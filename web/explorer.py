"""The explorer: serves the built GraphiQL page, its hashed files and the ready queries, all from memory.

What is served is fixed at start, by name, from the two folders that the caller passes in; no path of a
request ever reaches the file system. Answering GraphQL, and deciding when a GET of /graphql wants this
page, is the business of `web/view.py`; how the page is built, that of `explorer/`.
"""

import gzip
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Monaco and React place elements by inline styles.
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
PAGE_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
    "vary": "Accept",
}
ASSETS = "graphql/assets"
# Not mimetypes.guess_type(): it reads the machine's registry, and with nosniff a wrong type breaks the page.
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Triple Helix explorer</title></head><body>
<h1>The explorer is not built</h1>
<p>Its files are missing from explorer/dist. Build them, then start the server again:</p>
<pre>cd explorer &amp;&amp; npm ci &amp;&amp; npm run build</pre>
<p>The API itself answers at this address: send it a POST.</p>
</body></html>
"""


@dataclass(frozen=True)
class Asset:
    """One built file; compressed once, when it is first asked for."""

    content: bytes
    media_type: str

    @cached_property
    def compressed(self) -> bytes:
        return gzip.compress(self.content, 6, mtime=0)


class Explorer:
    """The explorer's page, files and ready queries.

    `dist` is the folder of the built page (its layout is that of the URLs: `index.html`,
    `graphql/assets/*`); where it is missing the page answers 503 and says how to build it. `queries` are
    folders of `NN-name.graphql` files, each with its variables in `NN-name.variables.json` if it has
    any; a missing folder means no queries. Raises ValueError for a variables file that is not an object,
    and for two files of one name, which an address could not tell apart.
    """

    def __init__(self, dist: Path, *queries: Path) -> None:
        index = dist / "index.html"
        self._page = index.read_text("utf-8") if index.is_file() else None
        self._assets = {
            path.name: Asset(path.read_bytes(), MEDIA_TYPES[path.suffix])
            for path in sorted((dist / ASSETS).glob("*"))
            if path.suffix in MEDIA_TYPES
        }
        ready = [query for folder in queries for query in read_queries(folder)]
        names = Counter(query["id"] for query in ready)
        if twice := [name for name, count in names.items() if count > 1]:
            raise ValueError(f"Two ready queries are named {twice[0]}: rename one of the files.")
        self._queries = orjson.dumps(ready)

    async def page(self, _request: Request) -> Response:
        """The page itself, for a browser's GET of /graphql."""
        if self._page is None:
            return HTMLResponse(NOT_BUILT, 503, PAGE_HEADERS | {"cache-control": "no-store"})
        return HTMLResponse(self._page, 200, PAGE_HEADERS)

    def routes(self) -> list[BaseRoute]:
        """Routes of what the page loads; they lie below /graphql, the page itself is the view's."""
        return [
            Route("/graphql/queries.json", self._answer_queries),
            Route(f"/{ASSETS}/{{name}}", self._answer_asset),
        ]

    async def _answer_queries(self, _request: Request) -> Response:
        headers = {"x-content-type-options": "nosniff", "cache-control": "no-cache"}
        return Response(self._queries, 200, headers, "application/json")

    async def _answer_asset(self, request: Request) -> Response:
        headers = {"x-content-type-options": "nosniff"}
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            headers["cache-control"] = "no-store"
            return Response("The explorer has no such file.\n", 404, headers, "text/plain")
        # The name holds a hash of the content, so a name never gets a second content.
        headers |= {"cache-control": "public, max-age=31536000, immutable", "vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(asset.content, 200, headers, asset.media_type)
        content = await run_in_threadpool(lambda: asset.compressed)
        return Response(content, 200, headers | {"content-encoding": "gzip"}, asset.media_type)


def read_queries(folder: Path) -> list[dict[str, Any]]:
    """Reads the ready queries, in the order of their file names.

    Each is `{id, name, description, query, variables}`: `id` is the file's name without its ending,
    `name` the same as words, `description` the comment lines at the head of the file, `variables` an
    object or None. Raises ValueError, naming the file, where a variables file is not a JSON object.
    """
    return [_read_query(path) for path in sorted(folder.glob("*.graphql"))]


def _read_query(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8").strip() + "\n"
    words = re.sub(r"^\d+-", "", path.stem).replace("-", " ")
    head = re.match(r"(?:#[^\n]*\n)*", text)
    comments = head.group().splitlines() if head else []
    return {
        "id": path.stem,
        "name": words[:1].upper() + words[1:],
        "description": " ".join(line.strip("# \t") for line in comments).strip(),
        "query": text,
        "variables": _read_variables(path.with_name(f"{path.stem}.variables.json")),
    }


def _read_variables(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        variables = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path.name} is not JSON ({error}): correct it or remove it.") from error
    if not isinstance(variables, dict):
        raise ValueError(f"{path.name} must hold a JSON object, variable names to values.")
    return variables
