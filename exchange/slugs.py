"""The slug of a new record: its name in the letters a to z, digits and hyphens.

Not its business: whether another record has it already (exchange/entity_sql.py).
"""

import re
import unicodedata
from collections.abc import Iterable

MAX_LENGTH = 80
_OTHER_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th"}
    | {"ł": "l", "ħ": "h", "ı": "i", "ə": "e", "ŋ": "n"}
)
"""Letters of the Latin script that no decomposition brings to a to z."""


def slug_of(names: Iterable[str]) -> str | None:
    """Of the first name of which a letter from a to z is left; None where there is none."""
    for name in names:
        text = name.casefold()
        if not text.isascii():
            # İ is casefolded to an i and a dot above, which goes with the other marks.
            plain = unicodedata.normalize("NFKD", text.translate(_OTHER_LETTERS))
            text = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
        # An apostrophe joins: people's, not people s.
        slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’ʼ]", "", text)).strip("-")
        if re.search(r"[a-z]", slug):
            return slug[:MAX_LENGTH].strip("-")
    return None
