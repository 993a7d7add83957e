"""Public identifiers: any usual spelling becomes the one canonical form, or an error says why not.

`normalise` takes a bare value, a URL or a prefixed form (`doi:10.1/x`, `ORCID 0000-...`) and checks the
check digits. `url` gives the page behind a canonical value. Pure functions; not their business: which
entity has an identifier and whether another one already claims it (the tables and the writer know that).
"""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, unquote

from stdnum import isni, lei

from models.vocabulary import IdentifierScheme
from resolvers.errors import BadUserInput, Code

MAX_LENGTH = 512
"""Longest text that is looked at, in characters."""

_ROR_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR_DIGITS = {character: number for number, character in enumerate(_ROR_ALPHABET)}
_SEPARATORS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u2010-\u2015\u2212\-]+")
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class InvalidIdentifier(BadUserInput):
    """A text that is no identifier of its scheme. Code IDENTIFIER_INVALID."""

    def __init__(self, scheme: IdentifierScheme, value: str, reason: str, hint: str) -> None:
        shown = value if len(value) <= 64 else value[:61] + "..."
        super().__init__(
            f"{shown!r} is not a valid {scheme} identifier: {reason}.",
            code=Code.IDENTIFIER_INVALID,
            hint=hint,
            scheme=str(scheme),
        )
        self.scheme = scheme
        self.value = value
        self.reason = reason


class _Refused(Exception):
    """Raised by a scheme's reader with the reason; `normalise` adds scheme, value and hint."""


def _without_separators(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _ascii_digits(text: str) -> str:
    """Digits of any script (Urdu writes ۰ to ۹) as 0 to 9; other characters stay."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _ror(text: str) -> str:
    value = _without_separators(text).lower()
    if not re.fullmatch(r"0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}", value):
        raise _Refused("it must be 0, six letters or digits without i, l, o and u, and two digits")
    number = 0
    for character in value[:7]:
        number = number * 32 + _ROR_DIGITS[character]
    if 98 - number * 100 % 97 != int(value[7:]):
        raise _Refused("its check digits do not fit")
    return value


def _sixteen(text: str) -> str:
    """ORCID and ISNI: 15 digits and a check character by ISO 7064 mod 11-2."""
    value = _without_separators(text).upper()
    if not re.fullmatch(r"[0-9]{15}[0-9X]", value):
        raise _Refused("it must be 15 digits and a digit or X")
    if not isni.is_valid(value):
        raise _Refused("its check digit does not fit")
    return value


def _orcid(text: str) -> str:
    value = _sixteen(text)
    return "-".join(value[start : start + 4] for start in range(0, 16, 4))


def _lei(text: str) -> str:
    value = _without_separators(text).upper()
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", value):
        raise _Refused("it must be 18 letters or digits and two check digits")
    if not lei.is_valid(value):
        raise _Refused("its check digits do not fit")
    return value


def _wikidata(text: str) -> str:
    value = text.upper()
    if not re.fullmatch(r"Q[1-9][0-9]{0,17}", value):
        raise _Refused("it must be Q and a number")
    return value


def _doi(text: str) -> str:
    # The DOI Handbook (section 2.4) folds case for ASCII letters only.
    value = text.translate(_ASCII_LOWER)
    if not re.fullmatch(r"10\.[0-9]{2,9}(?:\.[0-9]+)*/\S+", value) or not value.isprintable():
        raise _Refused("it must be 10., a registrant's number, a slash and a suffix")
    return value


def _grid(text: str) -> str:
    value = text.lower()
    if not re.fullmatch(r"grid\.[0-9]{1,12}\.[0-9a-f]{1,2}", value):
        raise _Refused("it must be grid., a number, a dot and a check character")
    return value


def _crossref_funder(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{2,17}", text):
        raise _Refused("it must be a number of 3 to 18 digits")
    return text


def _pk_ntn(text: str) -> str:
    value = _without_separators(text)
    if re.fullmatch(r"[0-9]{13}", value):
        raise _Refused("13 digits are a person's identity card number, which is never stored")
    if not re.fullmatch(r"[0-9]{8}", value):
        raise _Refused("it must be seven digits, a hyphen and a check digit")
    return f"{value[:7]}-{value[7]}"


def _pk_sec(text: str) -> str:
    value = _without_separators(text)
    if not re.fullmatch(r"[0-9]{7}", value):
        raise _Refused("it must be seven digits, with leading zeros")
    return value


def _pk_hec(text: str) -> str:
    value = text.upper()
    if not re.fullmatch(r"[0-9A-Z][0-9A-Z._/\-]{0,63}", value):
        raise _Refused("it must be up to 64 letters, digits, dots, slashes, hyphens or underscores")
    return value


def _partner(text: str) -> str:
    if len(text) > 128 or not text.isprintable():
        raise _Refused("it must be 1 to 128 visible characters")
    return text


class _Scheme(NamedTuple):
    """How one scheme is read: what may stand in front of a value, and an example for the hint."""

    read: Callable[[str], str]
    example: str
    prefix: str = ""
    page: str | None = None
    folds_digits: bool = True


def _web(hosts_and_path: str) -> str:
    return rf"(?:https?://)?(?:www\.)?{hosts_and_path}"


_FUNDER_PAGES = r"data\.crossref\.org/fundingdata/funder/|api\.crossref\.org/funders/"
_RULES: dict[IdentifierScheme, _Scheme] = {
    IdentifierScheme.ROR: _Scheme(
        _ror, "https://ror.org/05bbbc791", rf"{_web('ror[.]org/')}|ror\s*:?\s*", "https://ror.org/"
    ),
    IdentifierScheme.ORCID: _Scheme(
        _orcid,
        "0000-0002-1825-0097",
        rf"{_web('orcid[.]org/')}|orcid(?:\s*id)?\s*:?\s*",
        "https://orcid.org/",
    ),
    IdentifierScheme.ISNI: _Scheme(
        _sixteen,
        "0000 0001 2281 955X",
        rf"{_web('isni[.]org/(?:isni/|page/)?')}|{_web('isni-url[.]oclc[.]nl/isni/')}|isni\s*:?\s*",
        "https://isni.org/isni/",
    ),
    IdentifierScheme.LEI: _Scheme(
        _lei,
        "9845001B2AD43E664E58",
        rf"{_web('search[.]gleif[.]org/#/record/')}|{_web('lei[.]info/')}|lei\s*:\s*|lei\s+",
        "https://search.gleif.org/#/record/",
    ),
    IdentifierScheme.WIKIDATA: _Scheme(
        _wikidata,
        "Q42",
        rf"{_web('(?:m[.])?wikidata[.]org/(?:wiki|entity)/')}|wikidata\s*:\s*|wd\s*:\s*",
        "https://www.wikidata.org/wiki/",
    ),
    IdentifierScheme.DOI: _Scheme(
        _doi,
        "10.5281/zenodo.1234",
        rf"{_web('(?:dx[.])?doi[.]org/')}|info:doi/|doi\s*:\s*|doi\s+",
        "https://doi.org/",
        folds_digits=False,
    ),
    IdentifierScheme.GRID: _Scheme(_grid, "grid.419158.0", rf"{_web('grid[.]ac/institutes/')}|grid\s*:\s*"),
    IdentifierScheme.CROSSREF_FUNDER: _Scheme(
        _crossref_funder,
        "501100001809",
        rf"(?:{_web('(?:dx[.])?doi[.]org/')}|{_web(f'(?:{_FUNDER_PAGES})')}|doi\s*:\s*|info:doi/)?10\.13039/"
        rf"|{_web(f'(?:{_FUNDER_PAGES})')}",
        "https://doi.org/10.13039/",
    ),
    IdentifierScheme.PK_NTN: _Scheme(_pk_ntn, "1234567-8", r"ntn(?:\s*(?:no|number)\.?)?\s*[:#]?\s*"),
    IdentifierScheme.PK_SEC: _Scheme(_pk_sec, "0012345", r"(?:secp|cuin|sec)\s*[:#]?\s*"),
    IdentifierScheme.PK_HEC: _Scheme(_pk_hec, "HEC-0123", r"hec\s*[:#]\s*"),
    IdentifierScheme.PARTNER: _Scheme(_partner, "emp-00017", folds_digits=False),
}
_PREFIXES = {
    scheme: re.compile(rule.prefix, re.IGNORECASE | re.ASCII)
    for scheme, rule in _RULES.items()
    if rule.prefix
}
_DECODED_FROM_URLS = frozenset({IdentifierScheme.DOI})


def normalise(scheme: IdentifierScheme, text: str) -> str:
    """The canonical form of an identifier given in any usual spelling.

    ROR `05bbbc791`; ORCID `0000-0002-1825-0097`; ISNI 16 characters without spaces; LEI 20 upper-case
    characters; WIKIDATA `Q42`; DOI in lower case; GRID `grid.419158.0`; CROSSREF_FUNDER the number after
    `10.13039/`; PK_NTN `1234567-8`; PK_SEC seven digits; PK_HEC upper case; PARTNER as given, without
    surrounding space. Check digits: ROR base 32 mod 97, ORCID and ISNI ISO 7064 mod 11-2, LEI ISO 17442
    mod 97-10; the Pakistani registers publish no rule for theirs. Raises InvalidIdentifier.
    """
    rule = _RULES[scheme]
    value = text.strip()
    try:
        if not value:
            raise _Refused("it is empty")
        if len(value) > MAX_LENGTH:
            raise _Refused(f"it is longer than {MAX_LENGTH} characters")
        if rule.folds_digits:
            value = _ascii_digits(value)
        prefix = _PREFIXES.get(scheme)
        if prefix and (found := prefix.match(value)):
            is_url = "/" in found.group()
            value = value[found.end() :].strip()
            if is_url and scheme in _DECODED_FROM_URLS:
                value = unquote(value)
            elif is_url:
                value = re.split(r"[/?#]", value, maxsplit=1)[0]
        return rule.read(value)
    except _Refused as refused:
        hint = f"Write it like {rule.example}; a full URL, spaces, hyphens and any case are understood."
        if scheme is IdentifierScheme.PARTNER:
            hint = f"Give your own key as it stands in your system, like {rule.example}."
        raise InvalidIdentifier(scheme, text, str(refused), hint) from None


def url(scheme: IdentifierScheme, value: str) -> str | None:
    """The page of a canonical value in its register; None where a register has no such pages."""
    page = _RULES[scheme].page
    return f"{page}{quote(value, safe='/:.-_~;()@!$*,+=')}" if page else None
