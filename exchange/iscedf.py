"""ISCED-F 2013 as CSV: broad, narrow and detailed fields of education and training, as skills.

Source: UNESCO Institute for Statistics, ISCED Fields of Education and Training 2013. The columns are code
and label; further ones are not read. Not its business: which codes exist (exchange/isced.py).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from exchange.fact_fields import FactRecord
from exchange.isced import ISCED_FIELDS
from exchange.record import EntityKey, Problem, ProblemCode, SourceRecord, UnreadableFile
from models.fact_vocabulary import SkillScheme, SkillType
from models.vocabulary import SourceKind

SOURCE = "isced-f-2013"


def slug_of(code: str) -> str:
    """The slug of a field by its code."""
    return f"isced-f-{code}"


def field_of(row: int, code: str, label: str) -> FactRecord:
    """A field as a skill; the field above it is the one whose code is a digit shorter."""
    fields = {"scheme": SkillScheme.ISCED_F, "code": code, "label": label, "type": SkillType.FIELD}
    above = {"broader": EntityKey(slug=slug_of(code[:-1]))} if len(code) > 2 else {}
    return FactRecord(row, "skill", slug=slug_of(code), fields=fields, references=above, source=SOURCE)


def read(path: Path) -> Iterator[FactRecord | SourceRecord | Problem]:
    """Yields the source, then each row as a skill. Raises OSError and UnreadableFile."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"code", "label"} <= set(rows.fieldnames or ()):
            raise UnreadableFile("The file does not have the columns code and label.", "Give ISCED-F as CSV.")
        yield SourceRecord(
            1, SOURCE, "ISCED Fields of Education and Training 2013", SourceKind.REGISTRY,
            publisher="UNESCO Institute for Statistics",
        )  # fmt: skip
        for number, row in enumerate(rows, 2):
            code, label = (row.get("code") or "").strip(), (row.get("label") or "").strip()
            if code not in ISCED_FIELDS or not label:
                message = f"{code[:20]!r} is not a field of ISCED-F 2013 with its label."
                hint = "Codes have two to four digits; keep the zeros in front."
                yield Problem(number, code[:100] or None, ProblemCode.UNKNOWN_CODE, message, hint, "code")
            else:
                yield field_of(number, code, label)
