"""ESCO's published CSV files: skills, skill groups, and which stands below which.

Source: European Skills, Competences, Qualifications and Occupations, download of the classification in CSV
(`skills_*.csv`, `skillGroups_*.csv`, `broaderRelationsSkillPillar_*.csv`). A file is known by its columns;
the relations are read after the skills that they relate. Not its business: how skills are stored.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from exchange.fact_fields import FactRecord
from exchange.record import EntityKey, Problem, ProblemCode, SourceRecord, UnreadableFile
from models.fact_vocabulary import SkillScheme, SkillType
from models.vocabulary import SourceKind

SOURCE = "esco"
_URI = re.compile(r"https?://data\.europa\.eu/esco/(?:skill|isced-f)/([A-Za-z0-9.-]+)")
_TYPES = {
    "knowledge": SkillType.KNOWLEDGE,
    "skill/competence": SkillType.COMPETENCE,
    "language": SkillType.LANGUAGE,
}


def read(path: Path) -> Iterator[FactRecord | SourceRecord | Problem]:
    """Yields the source, then each row as a skill. Raises OSError and UnreadableFile."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        names = set(rows.fieldnames or ())
        if not ({"conceptUri", "preferredLabel"} <= names or {"conceptUri", "broaderUri"} <= names):
            hint = "Give skills, skillGroups or broaderRelationsSkillPillar of the CSV download."
            raise UnreadableFile("The file does not have the columns of ESCO.", hint)
        yield SourceRecord(
            1, SOURCE, "ESCO classification", SourceKind.REGISTRY,
            url="https://esco.ec.europa.eu", publisher="European Commission", licence="CC BY 4.0",
        )  # fmt: skip
        for number, row in enumerate(rows, 2):
            yield _relation(number, row) if "broaderUri" in names else _skill(number, row)


def _slug(uri: str) -> str | None:
    found = _URI.fullmatch(uri.strip())
    return f"esco-{found.group(1).lower()}" if found else None


def _refused(number: int, uri: str, message: str) -> Problem:
    return Problem(
        number, uri[:100], ProblemCode.VALUE_INVALID, message, "Take the file as ESCO gives it.", "conceptUri"
    )


def _skill(number: int, row: dict[str, str | None]) -> FactRecord | Problem:
    uri, label = (row.get("conceptUri") or "").strip(), (row.get("preferredLabel") or "").strip()
    slug = _slug(uri)
    if slug is None or not label:
        return _refused(number, uri, "The row has no ESCO address or no label.")
    # The download separates labels by line breaks; excerpts of it by bars.
    other = [text.strip() for text in re.split(r"[\n|]", row.get("altLabels") or "")]
    is_group = row.get("conceptType") == "SkillGroup"
    type_ = SkillType.GROUP if is_group else _TYPES.get(row.get("skillType") or "")
    if type_ is not None and row.get("reuseLevel") == "transversal" and type_ is SkillType.COMPETENCE:
        type_ = SkillType.TRANSVERSAL
    fields: dict[str, object] = {
        "scheme": SkillScheme.ESCO,
        "code": slug.removeprefix("esco-"),
        "label": label,
        "alt_labels": tuple(dict.fromkeys(text for text in other if text and text != label)),
        "uri": uri,
    }
    if type_ is not None:
        fields["type"] = type_
    if description := (row.get("description") or row.get("definition") or "").strip():
        fields["description"] = description
    return FactRecord(number, "skill", slug=slug, fields=fields, source=SOURCE)


def _relation(number: int, row: dict[str, str | None]) -> FactRecord | Problem:
    narrow, wide = (_slug(row.get(name) or "") for name in ("conceptUri", "broaderUri"))
    if narrow is None or wide is None:
        return _refused(number, row.get("conceptUri") or "", "The row has no two ESCO addresses.")
    return FactRecord(number, "skill", slug=narrow, references={"broader": EntityKey(slug=wide)})
