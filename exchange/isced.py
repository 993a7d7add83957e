"""ISCED-F 2013 as CSV: broad, narrow and detailed fields of education and training, as skills.

Source: UNESCO Institute for Statistics, ISCED Fields of Education and Training 2013. The codes are here, the
labels in the file, whose columns are code and label; further ones are not read. Not its business: how
skills are stored.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from exchange.fact_fields import FactRecord
from exchange.record import EntityKey, Problem, ProblemCode, SourceRecord, UnreadableFile
from models.fact_vocabulary import SkillScheme, SkillType
from models.vocabulary import SourceKind

SOURCE = "isced-f-2013"

_DETAILED = """
0000 0011 0021 0031 0099
0110 0111 0112 0113 0114 0119 0188
0200 0210 0211 0212 0213 0214 0215 0219 0220 0221 0222 0223 0228 0229 0230 0231 0232 0239 0288 0299
0300 0310 0311 0312 0313 0314 0319 0320 0321 0322 0329 0388 0399
0400 0410 0411 0412 0413 0414 0415 0416 0417 0419 0421 0488 0499
0500 0510 0511 0512 0519 0520 0521 0522 0529 0530 0531 0532 0533 0539 0540 0541 0542 0588 0599
0610 0611 0612 0613 0619 0688
0700 0710 0711 0712 0713 0714 0715 0716 0719 0720 0721 0722 0723 0724 0729 0730 0731 0732 0788 0799
0800 0810 0811 0812 0819 0821 0831 0841 0888 0899
0900 0910 0911 0912 0913 0914 0915 0916 0917 0919 0920 0921 0922 0923 0929 0988 0999
1000 1010 1011 1012 1013 1014 1015 1019 1020 1021 1022 1029 1030 1031 1032 1039 1041 1088 1099
"""

ISCED_FIELDS = frozenset(code[:length] for code in _DETAILED.split() for length in (2, 3, 4))
"""Every broad, narrow and detailed field."""


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
