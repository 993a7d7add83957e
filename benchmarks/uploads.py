"""How fast files sent to /import become records, and what it costs: `scripts/bench --uploads`.

Sends 100,000 made-up companies as NDJSON, as CSV and as CERIF, and a need of each, every file twice, while a
reader asks. They go to the sandbox, emptied before, so that what is new is new at each run and the data set
stays as it is. Prints figures and judges nothing.
"""

import csv
import io
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from statistics import quantiles
from typing import Any

from benchmarks import usage
from benchmarks.contestants import Server
from benchmarks.ground import Ground, issue_key
from exchange import cerif_export
from models import sandbox

ROWS = 100_000
MEGABYTE = 1_000_000
READ = json.dumps({"query": "{ zones(first: 10) { nodes { name status city } } }"})


def figures(base: Ground, ours: Server) -> Iterator[str]:
    """Lines of a table: each file twice, from the first byte sent to the end of its job."""
    base.query(sandbox.reset)
    key, _ = base.query(partial(issue_key, test=True))
    yield f"{'file':<22}{'MB':>6}{'seconds':>9}{'rows/s':>9}{'server MB':>11}{'read p50 ms':>13}{'p99':>7}"
    for title, form, kind, made in (
        ("ndjson", "ndjson", "application/x-ndjson", _ndjson),
        ("csv", "csv", "text/csv", _csv),
        ("cerif", "cerif", "application/xml", _cerif),
        ("facts", "ndjson", "application/x-ndjson", _needs),
    ):
        body = made()
        for name in (f"{title}, new", f"{title}, sent again"):
            usage.forget_peak(ours.pid)
            seconds, job, times = _send(key, ours, form, kind, body)
            # Of CERIF the first row is the source, which the file does not have.
            if job["status"] != "SUCCEEDED" or job["rows"] != ROWS + (form == "cerif"):
                raise AssertionError(f"the import did not end well: {job}")
            cuts = quantiles(times, n=100)
            memory = usage.peak_memory(ours.pid) / MEGABYTE
            yield (
                f"{name:<22}{len(body) / MEGABYTE:>6.0f}{seconds:>9.1f}{ROWS / seconds:>9,.0f}{memory:>11.0f}"
                f"{cuts[49]:>13.1f}{cuts[98]:>7.1f}"
            )
    yield f"{ROWS:,} companies with two names, an identifier and, one in ten, a relation; one worker."
    yield "The facts are one need of each company, with a title, a description, a vertical and a day."


def _companies(form: str) -> Iterator[dict[str, Any]]:
    for number in range(ROWS):
        yield {
            "slug": f"{form}-company-{number}",
            "name": f"{form.title()} Company {number} of the Benchmark",
            "identifier": f"{form[0]}{number:08}",
            "sizeClass": ("STARTUP", "SME", "LARGE")[number % 3],
            "subdivision": ("PK-SD", "PK-PB", "PK-KP", "PK-BA")[number % 4],
            "city": f"City {number % 50}",
            "foundedOn": f"20{number % 20:02}-0{number % 9 + 1}",
            "website": f"https://company-{number}.example",
            "urdu": f"کمپنی {number}",
            "partner": f"{form}-company-{number - 1}" if number % 10 == 9 else None,
        }


def _ndjson() -> bytes:
    lines = []
    for one in _companies("ndjson"):
        partner, urdu, number = one.pop("partner"), one.pop("urdu"), one.pop("identifier")
        line = {"kind": "COMPANY"} | one
        line["names"] = [{"value": urdu, "lang": "ur"}]
        line["identifiers"] = [{"scheme": "PARTNER", "partner": "benchmark", "value": number}]
        if partner:
            line["relations"] = [{"role": "COLLABORATES_WITH", "to": {"slug": partner}}]
        lines.append(json.dumps(line, ensure_ascii=False))
    return "\n".join(lines).encode()


def _cerif() -> bytes:
    scheme = "https://w3id.org/cerif/vocab/OrganisationTypes"
    records = []
    for one in _companies("cerif"):
        whole = f'<PartOf><OrgUnit id="OrgUnits/{one["partner"]}"/></PartOf>' if one["partner"] else ""
        records.append(
            f'<OrgUnit id="OrgUnits/{one["slug"]}"><Type scheme="{scheme}">{scheme}#Company</Type>'
            f'<Name xml:lang="en">{one["name"]}</Name><Name xml:lang="ur">{one["urdu"]}</Name>'
            f"<ElectronicAddress>{one['website']}</ElectronicAddress>{whole}</OrgUnit>\n"
        )
    return b"".join([cerif_export.HEAD, "".join(records).encode(), cerif_export.TAIL])


def _needs() -> bytes:
    lines = (
        {
            "kind": "NEED",
            "slug": f"need-{number}",
            "postedBy": {"slug": f"ndjson-company-{number}"},
            "needKind": ("VACANCY", "MENTORING")[number % 2],
            "title": f"Need {number} of the Benchmark",
            "description": f"Somebody who can do what company {number} cannot.",
            "verticals": ["AI"],
            "opensOn": f"20{number % 20:02}-03-01",
        }
        for number in range(ROWS)
    )
    return "\n".join(map(json.dumps, lines)).encode()


def _csv() -> bytes:
    text = io.StringIO(newline="")
    writer = None
    for one in _companies("csv"):
        row = {"kind": "COMPANY"} | one
        row["names"] = f"{row.pop('urdu')}@ur"
        row["identifiers"] = f"PARTNER:benchmark:{row.pop('identifier')}"
        row["relations.COLLABORATES_WITH"] = row.pop("partner") or ""
        if writer is None:
            writer = csv.DictWriter(text, list(row))
            writer.writeheader()
        writer.writerow(row)
    return text.getvalue().encode()


def _send(
    key: str, ours: Server, form: str, kind: str, body: bytes
) -> tuple[float, dict[str, Any], list[float]]:
    """Seconds, the job at its end, and how many milliseconds each read took meanwhile."""
    address = f"http://127.0.0.1:{ours.port}"
    headers = {"Authorization": f"Bearer {key}"}
    times: list[float] = []
    done = threading.Event()

    def read() -> None:
        while not done.wait(0.02):
            begun = time.perf_counter()
            ours.ask(READ)
            times.append((time.perf_counter() - begun) * 1000)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        begun = time.perf_counter()
        heads = headers | {"Content-Type": kind}
        sent = urllib.request.Request(f"{address}/import/{form}", body, heads)  # noqa: S310 - our own server
        with urllib.request.urlopen(sent, timeout=120) as answer:  # noqa: S310 - our own server
            url = json.load(answer)["url"]
        while True:
            asked = urllib.request.Request(address + url, headers=headers)  # noqa: S310 - our own server
            with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - our own server
                job: dict[str, Any] = json.load(answer)
            if job["status"] not in ("QUEUED", "RUNNING"):
                return time.perf_counter() - begun, job, times
            time.sleep(0.1)
    finally:
        done.set()
        reader.join()
