"""Identifiers: canonical forms, spellings in use, check digits, refusals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.vocabulary import IdentifierScheme as Scheme
from resolvers.errors import Code
from resolvers.identifiers import InvalidIdentifier, normalise, url

CANONICAL = {
    Scheme.ROR: "05bbbc791",
    Scheme.ORCID: "0000-0002-1825-0097",
    Scheme.ISNI: "000000012281955X",
    Scheme.LEI: "9845001B2AD43E664E58",
    Scheme.WIKIDATA: "Q42",
    Scheme.DOI: "10.5281/zenodo.1234",
    Scheme.GRID: "grid.419158.0",
    Scheme.CROSSREF_FUNDER: "501100001809",
    Scheme.PK_NTN: "1234567-8",
    Scheme.PK_SEC: "0012345",
    Scheme.PK_HEC: "HEC-0123",
    Scheme.PARTNER: "emp/00017 a",
}

SPELLINGS = [
    (Scheme.ROR, "https://ror.org/05bbbc791"),
    (Scheme.ROR, "HTTP://www.ROR.org/05BBBC791/"),
    (Scheme.ROR, "ror.org/05bbbc791?ref=x"),
    (Scheme.ROR, " ror: 05bbbc791 "),
    (Scheme.ORCID, "0000000218250097"),
    (Scheme.ORCID, "0000 0002 1825 0097"),
    (Scheme.ORCID, "https://orcid.org/0000-0002-1825-0097"),
    (Scheme.ORCID, "orcid:0000-0002-1825-0097"),
    (Scheme.ORCID, "ORCID iD: 0000-0002-1825-0097"),
    (Scheme.ORCID, "0000\u20110002\u20111825\u20110097"),
    (Scheme.ORCID, "۰۰۰۰-۰۰۰۲-۱۸۲۵-۰۰۹۷"),
    (Scheme.ISNI, "0000 0001 2281 955x"),
    (Scheme.ISNI, "ISNI 0000 0001 2281 955X"),
    (Scheme.ISNI, "https://isni.org/isni/000000012281955X"),
    (Scheme.LEI, "9845 001b-2ad43e66 4e58"),
    (Scheme.LEI, "LEI:9845001B2AD43E664E58"),
    (Scheme.LEI, "https://search.gleif.org/#/record/9845001B2AD43E664E58"),
    (Scheme.WIKIDATA, "q42"),
    (Scheme.WIKIDATA, "wd:Q42"),
    (Scheme.WIKIDATA, "https://www.wikidata.org/wiki/Q42#sitelinks"),
    (Scheme.WIKIDATA, "http://www.wikidata.org/entity/Q42"),
    (Scheme.DOI, "https://doi.org/10.5281/ZENODO.1234"),
    (Scheme.DOI, "http://dx.doi.org/10.5281%2Fzenodo.1234"),
    (Scheme.DOI, "doi:10.5281/zenodo.1234"),
    (Scheme.GRID, "https://www.grid.ac/institutes/grid.419158.0"),
    (Scheme.GRID, "GRID.419158.0"),
    (Scheme.CROSSREF_FUNDER, "10.13039/501100001809"),
    (Scheme.CROSSREF_FUNDER, "https://doi.org/10.13039/501100001809"),
    (Scheme.CROSSREF_FUNDER, "doi:10.13039/501100001809"),
    (Scheme.CROSSREF_FUNDER, "http://data.crossref.org/fundingdata/funder/10.13039/501100001809"),
    (Scheme.PK_NTN, "12345678"),
    (Scheme.PK_NTN, "NTN: 1234567 - 8"),
    (Scheme.PK_SEC, "CUIN 0012345"),
    (Scheme.PK_HEC, "hec-0123"),
    (Scheme.PARTNER, " emp/00017 a "),
]

REFUSED = [
    (Scheme.ROR, "05bbbc792", "check digits"),
    (Scheme.ROR, "05bbbi791", "without i, l, o and u"),
    (Scheme.ROR, "https://evilror.org/05bbbc791", "two digits"),
    (Scheme.ROR, "https://orcid.org/0000-0002-1825-0097", "two digits"),
    (Scheme.ORCID, "0000-0002-1825-0098", "check digit"),
    (Scheme.ORCID, "0000-0002-1825-009", "15 digits"),
    (Scheme.ISNI, "0000 0004 1936 7301", "check digit"),
    (Scheme.LEI, "9845001B2AD43E664E59", "check digits"),
    (Scheme.LEI, "9845001B2AD43E664E", "18 letters"),
    (Scheme.WIKIDATA, "P42", "Q and a number"),
    (Scheme.WIKIDATA, "Q0", "Q and a number"),
    (Scheme.DOI, "11.5281/zenodo.1234", "slash and a suffix"),
    (Scheme.DOI, "10.5281/a b", "slash and a suffix"),
    (Scheme.GRID, "100011307", "grid."),
    (Scheme.CROSSREF_FUNDER, "10", "3 to 18 digits"),
    (Scheme.CROSSREF_FUNDER, "10.5281/501100001809", "3 to 18 digits"),
    (Scheme.PK_NTN, "1234567", "check digit"),
    (Scheme.PK_NTN, "42101-1234567-1", "never stored"),
    (Scheme.PK_SEC, "12345", "seven digits"),
    (Scheme.PK_HEC, "a b", "64 letters"),
    (Scheme.PARTNER, "x" * 129, "128 visible"),
    (Scheme.PARTNER, "a\u200fb", "128 visible"),
    (Scheme.PARTNER, "a\0b", "128 visible"),
    (Scheme.DOI, "10.1/" + "x" * 600, "longer than 512"),
]


@pytest.mark.parametrize("scheme", Scheme)
def test_a_canonical_value_stays_as_it_is(scheme: Scheme) -> None:
    assert normalise(scheme, CANONICAL[scheme]) == CANONICAL[scheme]


@pytest.mark.parametrize(("scheme", "text"), SPELLINGS)
def test_usual_spellings_become_the_canonical_value(scheme: Scheme, text: str) -> None:
    assert normalise(scheme, text) == CANONICAL[scheme]


@pytest.mark.parametrize(("scheme", "text", "reason"), REFUSED)
def test_a_wrong_value_is_refused_with_its_reason(scheme: Scheme, text: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        normalise(scheme, text)
    assert reason in caught.value.reason
    assert caught.value.extensions["code"] == Code.IDENTIFIER_INVALID
    assert caught.value.hint
    assert caught.value.hint.endswith(".")
    assert len(caught.value.message) < 250


@pytest.mark.parametrize("scheme", Scheme)
def test_an_empty_value_is_refused(scheme: Scheme) -> None:
    with pytest.raises(InvalidIdentifier, match="empty"):
        normalise(scheme, " \t ")


@pytest.mark.parametrize("scheme", [Scheme.ROR, Scheme.ORCID, Scheme.ISNI, Scheme.LEI])
def test_one_changed_digit_is_always_noticed(scheme: Scheme) -> None:
    right = CANONICAL[scheme]
    for place, character in enumerate(right):
        for other in "0123456789":
            if character.isdigit() and other != character:
                with pytest.raises(InvalidIdentifier):
                    normalise(scheme, right[:place] + other + right[place + 1 :])


# No deadline: how long an example takes depends on what else the machine does, and is not tested here.
@settings(deadline=None)
@given(scheme=st.sampled_from(Scheme), text=st.text(max_size=80))
def test_any_text_is_either_refused_or_has_a_stable_canonical_value(scheme: Scheme, text: str) -> None:
    try:
        value = normalise(scheme, text)
    except InvalidIdentifier:
        return
    assert normalise(scheme, value) == value


@pytest.mark.parametrize("scheme", Scheme)
def test_the_page_of_a_value_leads_back_to_the_value(scheme: Scheme) -> None:
    page = url(scheme, CANONICAL[scheme])
    if scheme in {Scheme.GRID, Scheme.PK_NTN, Scheme.PK_SEC, Scheme.PK_HEC, Scheme.PARTNER}:
        assert page is None
    else:
        assert page is not None
        assert page.startswith("https://")
        assert normalise(scheme, page) == CANONICAL[scheme]
