"""The script a name is written in, told from its characters, as an ISO 15924 code.

Covers the scripts that organization registries use; anything else is left unsaid. Not its business:
languages, which the sources state themselves.
"""

import re
from bisect import bisect_right
from collections import Counter

# First and last code point of the letters of each script (Unicode 16, Scripts.txt, main blocks).
_RANGES = sorted(
    [
        (0x0041, 0x005A, "Latn"),
        (0x0061, 0x007A, "Latn"),
        (0x00AA, 0x00AA, "Latn"),
        (0x00BA, 0x00BA, "Latn"),
        (0x00C0, 0x02B8, "Latn"),
        (0x0370, 0x03FF, "Grek"),
        (0x0400, 0x052F, "Cyrl"),
        (0x0531, 0x058F, "Armn"),
        (0x0591, 0x05F4, "Hebr"),
        (0x0600, 0x06FF, "Arab"),
        (0x0700, 0x074F, "Syrc"),
        (0x0750, 0x077F, "Arab"),
        (0x0780, 0x07B1, "Thaa"),
        (0x07C0, 0x07FF, "Nkoo"),
        (0x0870, 0x08FF, "Arab"),
        (0x0900, 0x097F, "Deva"),
        (0x0980, 0x09FE, "Beng"),
        (0x0A01, 0x0A76, "Guru"),
        (0x0A81, 0x0AFF, "Gujr"),
        (0x0B01, 0x0B77, "Orya"),
        (0x0B82, 0x0BFA, "Taml"),
        (0x0C00, 0x0C7F, "Telu"),
        (0x0C80, 0x0CF3, "Knda"),
        (0x0D00, 0x0D7F, "Mlym"),
        (0x0D81, 0x0DF4, "Sinh"),
        (0x0E01, 0x0E5B, "Thai"),
        (0x0E81, 0x0EDF, "Laoo"),
        (0x0F00, 0x0FDA, "Tibt"),
        (0x1000, 0x109F, "Mymr"),
        (0x10A0, 0x10FF, "Geor"),
        (0x1100, 0x11FF, "Hang"),
        (0x1200, 0x139F, "Ethi"),
        (0x1400, 0x167F, "Cans"),
        (0x1780, 0x17F9, "Khmr"),
        (0x1800, 0x18AA, "Mong"),
        (0x1C80, 0x1C8A, "Cyrl"),
        (0x1C90, 0x1CBF, "Geor"),
        (0x1D00, 0x1D25, "Latn"),
        (0x1E00, 0x1EFF, "Latn"),
        (0x1F00, 0x1FFE, "Grek"),
        (0x2C60, 0x2C7F, "Latn"),
        (0x2D00, 0x2D2D, "Geor"),
        (0x2D30, 0x2D7F, "Tfng"),
        (0x3005, 0x3007, "Hani"),
        (0x3041, 0x309F, "Hira"),
        (0x30A1, 0x30FF, "Kana"),
        (0x3131, 0x318E, "Hang"),
        (0x31F0, 0x31FF, "Kana"),
        (0x3400, 0x4DBF, "Hani"),
        (0x4E00, 0x9FFF, "Hani"),
        (0xA640, 0xA69F, "Cyrl"),
        (0xA720, 0xA7FF, "Latn"),
        (0xAC00, 0xD7FB, "Hang"),
        (0xF900, 0xFAFF, "Hani"),
        (0xFB1D, 0xFB4F, "Hebr"),
        (0xFB50, 0xFDFF, "Arab"),
        (0xFE70, 0xFEFC, "Arab"),
        (0xFF21, 0xFF3A, "Latn"),
        (0xFF41, 0xFF5A, "Latn"),
        (0xFF66, 0xFF9F, "Kana"),
        (0x20000, 0x3FFFF, "Hani"),
    ]
)
_LATIN_LETTER = re.compile("[A-Za-z]")
_STARTS = [first for first, _, _ in _RANGES]


def script_of(text: str, lang: str | None = None) -> str | None:
    """The script of most of the letters; None where there are no letters of a known one.

    Japanese is Jpan (Han with kana, or Han alone where `lang` says ja), Korean Kore; Chinese is Hani: that
    it is simplified or traditional cannot be told from the characters of a short name.
    """
    if text.isascii():
        return "Latn" if _LATIN_LETTER.search(text) else None
    found: Counter[str] = Counter()
    for character in text:
        if not character.isalpha():
            continue
        code = ord(character)
        place = bisect_right(_STARTS, code) - 1
        if place >= 0 and code <= _RANGES[place][1]:
            found[_RANGES[place][2]] += 1
    east_asian = {script: found.pop(script, 0) for script in ("Hira", "Kana", "Hang", "Hani")}
    if east := sum(east_asian.values()):
        is_japanese = east_asian["Hira"] or east_asian["Kana"] or lang == "ja"
        found["Jpan" if is_japanese else "Kore" if east_asian["Hang"] else "Hani"] = east
    if not found:
        return None
    return found.most_common(1)[0][0]
