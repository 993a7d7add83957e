"""One operation through everything: the first test to look at when many fail."""

from tests.conftest import EDITOR, NORTH, Ask


async def test_one_operation_reads_across_the_spheres(ask: Ask) -> None:
    query = """{ zones(asOf: null, first: 20) { totalCount nodes { name status companies(first: 5) { nodes {
        name experts(first: 5) { nodes { name studiedAt { nodes { name } } programs { nodes { name } } } }
    } } } } }"""
    answers = [await ask(query, viewer=viewer) for viewer in (NORTH, EDITOR)]
    anonymous = await ask(query)
    assert "errors" not in anonymous
    counts = [a["data"]["zones"]["totalCount"] for a in (anonymous, *answers)]
    assert counts == sorted(counts)
    assert counts[0] < counts[2]
