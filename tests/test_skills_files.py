"""ESCO and ISCED-F as they are published: skills with their labels, types and what stands above them."""

from pathlib import Path

import pytest

from exchange import esco, isced
from exchange.importer import Importer
from exchange.record import UnreadableFile
from tests.imports import codes, counts, rows
from tests.real_data import real_file

HEAD = "http://data.europa.eu/esco/skill/"
SKILLS = f"""conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description
KnowledgeSkillCompetence,{HEAD}aa-1,knowledge,cross-sector,machine learning,"ML
learning of machines",What machines learn.
KnowledgeSkillCompetence,{HEAD}bb-2,skill/competence,transversal,"think, then act",think|act,
SkillGroup,{HEAD}S5.6,,,working with computers,,
KnowledgeSkillCompetence,urn:other,knowledge,,nothing,,
"""
RELATIONS = f"""conceptType,conceptUri,broaderType,broaderUri
KnowledgeSkillCompetence,{HEAD}aa-1,SkillGroup,{HEAD}S5.6
KnowledgeSkillCompetence,{HEAD}bb-2,SkillGroup,{HEAD}missing
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "skills.csv").write_text(SKILLS, encoding="utf-8-sig")
    (tmp_path / "relations.csv").write_text(RELATIONS)
    (tmp_path / "fields.csv").write_text("code,label\n061,ICT\n06,ICT at large\n0613,Software\n9999,None\n")
    return tmp_path


async def test_esco_comes_with_its_labels_types_and_groups(fresh_dsn: str, folder: Path) -> None:
    report = await Importer(fresh_dsn).run(esco.read(folder / "skills.csv"))
    assert codes(report) == ["VALUE_INVALID"]
    found = await rows(fresh_dsn, "SELECT slug, label, alt_labels, type FROM skill ORDER BY slug")
    assert [tuple(row.values()) for row in found] == [
        ("esco-aa-1", "machine learning", ["ML", "learning of machines"], "KNOWLEDGE"),
        ("esco-bb-2", "think, then act", ["think", "act"], "TRANSVERSAL"),
        ("esco-s5.6", "working with computers", [], "GROUP"),
    ]
    report = await Importer(fresh_dsn).run(esco.read(folder / "relations.csv"))
    assert codes(report) == ["REFERENCE_UNKNOWN"]
    above = await rows(
        fresh_dsn, "SELECT n.slug, w.slug AS above FROM skill n JOIN skill w ON w.id = n.broader_id"
    )
    assert [tuple(row.values()) for row in above] == [("esco-aa-1", "esco-s5.6")]
    again = await Importer(fresh_dsn).run(esco.read(folder / "skills.csv"))
    assert counts(again, "SKILL")["UNCHANGED"] == 3


async def test_fields_of_education_stand_below_each_other_whatever_their_order(
    fresh_dsn: str, folder: Path
) -> None:
    report = await Importer(fresh_dsn).run(isced.read(folder / "fields.csv"))
    assert codes(report) == ["UNKNOWN_CODE"]
    assert counts(report, "SKILL") == {"CREATED": 3}
    found = await rows(
        fresh_dsn,
        "SELECT n.code, w.code AS above FROM skill n JOIN skill w ON w.id = n.broader_id ORDER BY 1",
    )
    assert [tuple(row.values()) for row in found] == [("061", "06"), ("0613", "061")]


def test_another_file_is_refused_as_a_whole(folder: Path) -> None:
    with pytest.raises(UnreadableFile, match="columns"):
        list(esco.read(folder / "fields.csv"))
    with pytest.raises(UnreadableFile, match="columns"):
        list(isced.read(folder / "skills.csv"))


async def test_the_published_files_are_imported(fresh_dsn: str) -> None:
    report = await Importer(fresh_dsn).run(esco.read(real_file("esco_skills_digital_subset.csv")))
    assert (counts(report, "SKILL"), codes(report)) == ({"CREATED": 295}, [])
    report = await Importer(fresh_dsn).run(isced.read(real_file("isced_f_2013.csv")))
    assert codes(report) == []
    found = await rows(
        fresh_dsn,
        """SELECT length(code), count(*), count(broader_id) AS below FROM skill WHERE scheme = 'ISCED_F'
           GROUP BY 1 ORDER BY 1""",
    )
    # Broad, narrow and detailed fields; all but the broad ones stand below another.
    assert [tuple(row.values()) for row in found] == [(2, 10, 0), (3, 50, 50), (4, 130, 130)]
