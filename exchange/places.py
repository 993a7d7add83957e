"""Regions and web domains in the spellings of foreign files, brought to one form.

`subdivision_code` gives ISO 3166-2 codes, `domain_of` a bare lower-case domain. Not its business: the
table of regions that the platform serves (models/seed.py).
"""

import re
import unicodedata
from functools import lru_cache

import pycountry

_DOMAIN = re.compile(r"(?:[\w](?:[\w\-]{0,61}[\w])?\.)+[^\W\d_][\w\-]{0,61}[\w]")

# Spellings in use that ISO 3166-2 does not list as names.
_OTHER_NAMES: dict[str, dict[str, str]] = {
    "PK": {
        "panjab": "PK-PB",
        "punjab province": "PK-PB",
        "sind": "PK-SD",
        "kp": "PK-KP",
        "kpk": "PK-KP",
        "khyber pakhtoonkhwa": "PK-KP",
        "nwfp": "PK-KP",
        "north west frontier province": "PK-KP",
        "baluchistan": "PK-BA",
        "ict": "PK-IS",
        "islamabad capital territory": "PK-IS",
        "federal capital": "PK-IS",
        "ajk": "PK-JK",
        "aj k": "PK-JK",
        "azad kashmir": "PK-JK",
        "azad jammu kashmir": "PK-JK",
        "gb": "PK-GB",
        "gilgit baltistan": "PK-GB",
        "northern areas": "PK-GB",
    }
}


def _folded(name: str) -> str:
    """Lower case, without accents, punctuation as single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", plain.casefold()).split())


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(subdivision.code for subdivision in pycountry.subdivisions)


@lru_cache(maxsize=256)
def _names(country: str) -> dict[str, str]:
    listed = (subdivision for subdivision in pycountry.subdivisions if subdivision.country_code == country)
    names = {_folded(subdivision.name): subdivision.code for subdivision in listed}
    return names | _OTHER_NAMES.get(country, {})


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    # XK is not assigned by ISO 3166-1; it is the code in common use for Kosovo, also in ROR.
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


def is_country(code: str) -> bool:
    """Whether it is an ISO 3166-1 alpha-2 code such as PK, in capitals, or XK."""
    return code in _countries()


def is_subdivision(code: str) -> bool:
    """Whether it is an ISO 3166-2 code such as PK-SD."""
    return code in _codes()


def subdivision_code(country: str, text: str) -> str | None:
    """The ISO 3166-2 code of a name, a code or the part of a code after the hyphen; None if unknown."""
    stripped = text.strip()
    for code in (stripped.upper(), f"{country}-{stripped.upper()}"):
        if code.startswith(f"{country}-") and code in _codes():
            return code
    return _names(country).get(_folded(stripped))


def domain_of(text: str) -> str | None:
    """The bare domain of a domain or URL, in lower case and without `www.`; None if it is neither."""
    host = re.sub(r"^[a-z][a-z0-9+.\-]*://", "", text.strip().lower())
    host = re.split(r"[/?#]", host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    host = host.rstrip(".").removeprefix("www.")
    return host if len(host) <= 253 and _DOMAIN.fullmatch(host) else None
