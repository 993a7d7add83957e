"""`triplehelix explain` and `triplehelix schema`: what they print is what runs."""

import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLEnumType, GraphQLNamedType

import cli
import schema as api
from models import kind_models
from models.database import Database
from resolvers import declaration_text, explain
from resolvers.errors import BadUserInput
from resolvers.sql_text import lay_out
from resolvers.viewer import ANONYMOUS, Viewer
from tests.conftest import EDITOR, NORTH, Ask

HERE = Path(__file__).parents[1]
READS = api.schema.reads
TENANTS = """query Tenants($province: String!, $skip: Boolean = true) {
  zones(first: 5, where: {subdivision: {eq: $province}}, orderBy: [{field: NAME, direction: DESC}]) {
    totalCount
    nodes {
      name
      status @skip(if: $skip)
      companies(first: 2, where: {zones: {none: {}}}) { edges { role node { name } } }
    }
  }
}"""


def _explained(query: str, viewer: Viewer = ANONYMOUS, **variables: object) -> explain.Explained:
    return explain.operation(READS, query, variables, viewer)


def _run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


# -- declarations ----------------------------------------------------------------------------------


def test_a_declaration_shows_everything_that_followed_from_it() -> None:
    text = explain.declaration(READS, "company")
    sections = dict(re.findall(r"^([A-Z][A-Z ]+)\n((?:  .*\n?)+)", text, re.MULTILINE))
    assert re.search(r"legal_name +TEXT +own +-> legalName", sections["COLUMNS"])
    assert re.search(r"name_folded +TEXT +shared +required, generated +-> private", sections["COLUMNS"])
    assert "foundedOn: PartialDate" in sections["FIELDS"]
    assert re.search(r'zones +Zone +OUT +TENANT_OF \("tenant of"\)', sections["RELATIONS"])
    assert re.search(
        r'investors +Organization +IN +INVESTED_IN \("investors", event\)', sections["RELATIONS"]
    )
    where, order, group = (line.split(": ")[1].split(", ") for line in sections["LISTS"].splitlines()[:3])
    assert {"and", "zones", "legalName"} <= set(where)
    assert "FOUNDED_ON" in order
    assert "SIZE_CLASS" in group
    assert "companies(first: Int, after: String" in sections["ROOT FIELDS"]
    assert "(founded_on, id) WHERE kind = 'COMPANY'" in sections["INDEXES"]
    assert "'UNIVERSITY'" not in sections["INDEXES"]
    assert "ck_entity_kind_company: kind <> 'COMPANY' OR (is_funder IS NOT NULL" in sections["CHECK"]
    assert "companies: all Company, first 3" in sections["PLAN"]
    assert "WHERE t1.kind = 'COMPANY'" in text


def test_a_personal_field_names_its_audience() -> None:
    text = explain.declaration(READS, "Expert")
    assert "column email, within email_audience (OWNER unless set)" in text
    assert re.search(r"email +TEXT +own +personal", text)


@pytest.mark.parametrize("type_", sorted(READS.catalog.types))
def test_every_declared_type_can_be_explained(type_: str) -> None:
    text = explain.declaration(READS, type_)
    assert text.startswith(type_)
    described = api.schema._schema.type_map[type_]
    assert isinstance(described, GraphQLNamedType)
    assert str(described.description).partition("\n")[0] in text


@pytest.mark.parametrize("name", ["government-body", "GOVERNMENT_BODY", "governmentBodies", "GovernmentBody"])
def test_a_type_is_found_by_any_of_its_names(name: str) -> None:
    assert declaration_text.find(READS.catalog, name).name == "GovernmentBody"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadUserInput, match="nix") as error:
        explain.declaration(READS, "nix")
    assert "Company" in str(error.value.hint)


# -- operations ------------------------------------------------------------------------------------


def test_a_plan_is_a_tree_of_what_is_read() -> None:
    text = explain.text(_explained(TENANTS, province="PK-SD"))
    plan = text.partition("\n\n")[0].splitlines()
    assert plan == [
        "PLAN",
        "  zones: all Zone, first 5, where current and subdivision eq $province, by name desc, as of today",
        "    totalCount",
        "    nodes",
        "      name",
        "      companies: Company related by TENANT_OF as object, first 2, "
        "where current and no Zone related by TENANT_OF as subject (current), as of today",
        "        edges",
        "          role",
        "          node",
        "            name",
    ]
    assert re.search(r"^COST  15 of 20,000 nodes$", text, re.MULTILINE)
    assert re.search(r"^  \$\d +text +\$province = PK-SD$", text, re.MULTILINE)


@pytest.mark.parametrize("viewer", [ANONYMOUS, NORTH, EDITOR])
async def test_the_printed_sql_is_the_sql_that_runs(
    viewer: Viewer, ask: Ask, graph_database: Database
) -> None:
    explained = _explained(TENANTS, viewer, province="PK-SD")
    text = explain.text(explained)
    printed = text.partition("\nBINDS")[0].partition(f"SQL  as {viewer.role}\n")[2]
    async with graph_database.read(viewer) as connection:
        (found,) = await connection.fetchrow(printed, *explained.binds)
    answer = await ask(TENANTS, {"province": "PK-SD"}, viewer=viewer)
    assert json.loads(found) == answer["data"]["zones"]
    assert answer["data"]["zones"]["totalCount"]


def test_laying_out_changes_only_white_space_outside_of_quotes() -> None:
    inner = """SELECT "x  y" FROM t WHERE a IS DISTINCT FROM $1 AND b IN (1, 2)"""
    sql = f"""SELECT concat('{{"a  AND (SELECT":', ({inner})) AS r"""
    laid_out = lay_out(sql)
    assert laid_out.splitlines() == [
        """  SELECT concat('{"a  AND (SELECT":', (""",
        '    SELECT "x  y"',
        "    FROM t",
        "    WHERE a IS DISTINCT FROM $1",
        "      AND b IN (1, 2)",
        "  )) AS r",
    ]


def test_an_operation_over_the_limit_is_still_explained() -> None:
    text = explain.text(
        _explained("{ zones(first: 1000) { nodes { companies(first: 1000) { nodes { id } } } } }")
    )
    assert "COST  1,001,000 of 20,000 nodes; the API refuses it with COST_LIMIT" in text


def test_what_is_not_compiled_or_refused_says_so() -> None:
    text = explain.text(_explained("{ viewer { role } zones(first: 0) { nodes { id } } }"))
    assert "viewer: not compiled" in text
    assert "zones: refused: first must be between 1 and 1000" in text


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ zones { nodes { nme } } }", "nme"),
        ("{ zones {", "cannot be parsed"),
        ("query A { __typename } query B { __typename }", "not exactly one query"),
        ("query A($n: Int!) { zones(first: $n) { nodes { id } } }", "variables do not fit"),
    ],
)
def test_a_document_that_cannot_run_is_one_sentence(document: str, message: str) -> None:
    with pytest.raises(BadUserInput, match=message):
        _explained(document)


# -- the commands ----------------------------------------------------------------------------------


def test_analyze_runs_under_the_role_of_who_asks(
    graph_dsn: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    query, variables = tmp_path / "query.graphql", tmp_path / "variables.json"
    query.write_text(TENANTS)
    variables.write_text('{"province": "PK-SD"}')
    code, out, _ = _run(
        "explain", "--query", str(query), "--variables", str(variables), "--as", "partner", "--analyze",
        "--database-url", graph_dsn, capsys=capsys,
    )  # fmt: skip
    assert code == 0
    assert "ANALYZE  as triplehelix_partner" in out
    assert re.search(r"actual time=.*rows=", out)
    assert "Buffers: shared" in out


def test_explain_needs_a_type_or_a_query(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = _run("explain", capsys=capsys)
    assert code == 2
    assert "--query FILE" in err


def test_variables_that_are_no_object_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "q").write_text("{ __typename }")
    (tmp_path / "v").write_text("[1]")
    arguments = ("explain", "--query", str(tmp_path / "q"), "--variables", str(tmp_path / "v"))
    code, _, err = _run(*arguments, capsys=capsys)
    assert (code, err) == (1, "Error: The variables are not a JSON object.\n")


def test_the_committed_schema_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = _run("schema", "--check", capsys=capsys)
    assert (code, out, err) == (0, "", "")


def test_a_drift_of_the_schema_is_shown_as_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drifted = tmp_path / "schema.graphql"
    drifted.write_text((HERE / "schema" / "schema.graphql").read_text().replace("legalName", "lawfulName"))
    monkeypatch.setattr(cli, "SDL", drifted)
    code, out, err = _run("schema", "--check", capsys=capsys)
    assert code == 1
    assert "-  lawfulName: String" in out
    assert "+  legalName: String" in out
    assert "schema --write" in err
    assert _run("schema", "--write", capsys=capsys)[0] == 0
    assert _run("schema", "--check", capsys=capsys)[0] == 0


def test_every_part_of_the_schema_has_a_description() -> None:
    built = api.schema._schema
    bare = []
    for name, type_ in built.type_map.items():
        if name.startswith("__"):
            continue
        parts = {name: type_}
        for field_name, field in getattr(type_, "fields", {}).items():
            parts[f"{name}.{field_name}"] = field
            parts |= {f"{name}.{field_name}({a}:)": one for a, one in getattr(field, "args", {}).items()}
        if isinstance(type_, GraphQLEnumType):
            parts |= {f"{name}.{value}": one for value, one in type_.values.items()}
        bare += [place for place, part in parts.items() if not (part.description or "").strip()]
    assert len(built.type_map) > 10 * len(kind_models())
    assert not bare, "these need a description in schema/ or models/vocabulary.py"
