"""A university's nightly synchronisation: sends its file, keeps rows that failed, reads what changed since.

    export TRIPLEHELIX_KEY=th_live_...          # a key with the scope bulk
    python partner_sync.py staff.csv --server http://127.0.0.1:8000 --folder sync

It needs Python 3.11 alone, may be stopped anywhere and run again, and waits for another run. The folder keeps
`changes.ndjson`, `cursor` and, while rows are wrong, `failed.csv` (or `.ndjson`). The exit code is 0 without.
"""

import argparse
import json
import os
import sqlite3
import time
import urllib.error
import urllib.request
from pathlib import Path

JOB = """query($id: ID!) { importJob(id: $id) { status rows created updated rejected
  problems(first: 100) { nodes { row field code message hint } } } }"""
CHANGES = """query($after: String) { changes(after: $after, first: 500) {
  nodes { verb kind recordId changedAt entity { slug name } } pageInfo { endCursor } } }"""


def call(server, method, path, body=None, kind="application/json"):
    """One request; gives the body. What may succeed later is tried again, ever more slowly."""
    headers = {"authorization": f"Bearer {os.environ['TRIPLEHELIX_KEY']}", "content-type": kind}
    for wait in (1, 2, 4, 8, 16, 32):
        try:
            data = body.open("rb") if isinstance(body, Path) else body
            request = urllib.request.Request(server + path, data, headers, method=method)
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            problem = f"{error.code} {error.read().decode()}"
            if error.code < 500 and error.code != 429:
                break
            wait = max(wait, int(error.headers.get("retry-after") or 0))
        except OSError as error:
            problem = error
        time.sleep(wait)
    raise SystemExit(f"{method} {path}: {problem}")


def ask(server, query, **variables):
    """The data of a query; an error ends the run with its message and hint."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    answer = json.loads(call(server, "POST", "/graphql", body))
    if errors := answer.get("errors"):
        raise SystemExit(f"{errors[0]['message']} {errors[0]['extensions'].get('hint', '')}")
    return answer["data"]


def send(server, file, folder):
    """Uploads the file and waits for the import; gives its job. Rows that failed are kept for correction."""
    form = file.suffix.removeprefix(".")
    path = f"/import/{form}?fileName={urllib.parse.quote(file.name)}"
    id_ = json.loads(call(server, "POST", path, file, "application/octet-stream"))["id"]
    while (job := ask(server, JOB, id=id_)["importJob"])["status"] in ("QUEUED", "RUNNING"):
        time.sleep(0.5)
    (failed := folder / f"failed.{form}").unlink(missing_ok=True)
    if job["rejected"]:
        failed.write_bytes(call(server, "GET", f"/import/{id_}/failed"))
    return job


def follow(server, folder):
    """Appends every change since the last run, each once: what a stopped run wrote beyond is cut."""
    kept = folder / "cursor"
    with (folder / "changes.ndjson").open("ab") as log:
        cursor, length = kept.read_text().split() if kept.exists() else (None, log.tell())
        log.truncate(min(int(length), log.tell()))
        cursor = cursor or ask(server, "{ changeLog { endCursor } }")["changeLog"]["endCursor"]
        while True:
            (new := folder / "cursor.new").write_text(f"{cursor} {log.seek(0, os.SEEK_END)}")
            new.replace(kept)
            page = ask(server, CHANGES, after=cursor)["changes"]
            if not page["nodes"]:
                return
            log.writelines(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in page["nodes"])
            cursor = page["pageInfo"]["endCursor"]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("file", type=Path)
    options.add_argument("--server", default="http://127.0.0.1:8000")
    options.add_argument("--folder", type=Path, default=Path("sync"))
    given = options.parse_args()
    given.folder.mkdir(exist_ok=True)
    # One run at a time: a lock that ends with its process, however that ends.
    (lock := sqlite3.connect(given.folder / "lock", timeout=3600)).execute("BEGIN EXCLUSIVE")
    follow(given.server, given.folder)
    job = send(given.server, given.file, given.folder)
    for problem in job["problems"]["nodes"]:
        print("row {row}: {code} {message} {hint}".format(**problem))
    print("{status}: {rows} rows, {created} new, {updated} changed, {rejected} refused".format(**job))
    follow(given.server, given.folder)
    raise SystemExit(job["status"] != "SUCCEEDED")
