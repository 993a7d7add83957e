"""The skill gap of a region: what open needs ask for against what its experts can, skill by skill.

Only records that the viewer may see count. Counts of persons are protected: below five there is none, others
are rounded down to fives, so that no two answers can be subtracted to learn of fewer (docs/analysis.md).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select

from resolvers.derived import is_current, knows, rows_of, sees, table
from resolvers.mapping import Row, Scope

FEWEST = 5
"""Fewer persons than these are not told; others are told in multiples of it."""
MOST_SKILLS = 100
MOST = 2_147_483_647
"""The largest number that GraphQL's Int holds."""
PRICE = 200
"""What the counting of a region counts in the price of an operation, beside the skills."""


def _open(scope: Scope) -> str:
    """The open needs of `given.region`, in `given.vertical` where one is given, with their places."""
    return f"""
        SELECT n.id, n.places FROM {table(scope, "need", "n")}
        WHERE n.subdivision = given.region AND n.kind <> 'FUNDING' AND {sees(scope, "n")}
          AND (n.opens_on IS NULL OR n.opens_on <= given.day)
          AND (n.closes_on IS NULL OR n.closes_on >= given.day)
          AND (given.vertical IS NULL OR given.vertical = ANY (n.verticals))
    """


def _wanted(scope: Scope) -> str:
    """FROM and WHERE of the skills `s` that the open needs `o` ask for."""
    return f"""
        FROM ({_open(scope)}) o
        JOIN {table(scope, "need_skill", "ns")} ON ns.need_id = o.id
        JOIN {table(scope, "skill", "s")} ON s.id = ns.skill_id
        WHERE {sees(scope, "ns")} AND {sees(scope, "s")}
    """


def region(row: Row | None, scope: Scope, arguments: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """One row for the region: the day, how many needs are open there and how many places they offer."""
    assert row is None
    sql = f"""
        SELECT CASE WHEN g.code <> g.country THEN g.code ELSE
                refuse('TH400', g.code || ' is a country; a skill gap is of one of its regions.',
                       'Give one: region(code: "' || g.code || '") {{ regions {{ nodes {{ code }} }} }}.')
            END AS region_code, given.vertical AS vertical_code, given.day AS as_of,
            o.needs::int AS needs, least(o.places, {MOST})::int AS places, w.skills::int AS skill_count
        FROM region g
        CROSS JOIN LATERAL (
            SELECT count(*) AS needs, coalesce(sum(o.places), 0) AS places
            FROM ({_open(scope)}) o
        ) o
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT s.id) AS skills {_wanted(scope)}
        ) w
        WHERE g.code = given.region
    """
    return rows_of(sql, scope, arguments)


def skills(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A row for each skill that open needs of the region ask for, the widest gap first.

    `supply` is the number of experts rounded down to fives, null below five; the gap then lies between
    `gap_at_least` and `gap_at_most`.
    """
    assert row is not None
    sql = f"""
        WITH wanted AS MATERIALIZED (
            SELECT s.id, s.label, count(*)::int AS needs, least(sum(o.places), {MOST})::int AS demand
            {_wanted(scope)}
            GROUP BY s.id, s.label
        ), supply AS (
            SELECT x.skill_id, (count(*) / {FEWEST} * {FEWEST})::int AS persons
            FROM wanted w
            JOIN {table(scope, "expert_skill", "x")} ON x.skill_id = w.id
            JOIN {table(scope, "entity", "e")} ON e.id = x.expert_id
            WHERE e.kind = 'EXPERT' AND e.subdivision = given.region AND {is_current("e")}
              AND {knows(scope, "e", "subdivision")} AND {sees(scope, "e")} AND {sees(scope, "x")}
              AND (x.since IS NULL OR x.since <= given.day)
            GROUP BY x.skill_id
        )
        SELECT w.id AS skill_id, w.needs, w.demand, nullif(s.persons, 0) AS supply,
            coalesce(s.persons, 0) = 0 AS is_suppressed,
            w.demand - coalesce(s.persons, 0) - {FEWEST - 1} AS gap_at_least,
            w.demand - coalesce(s.persons, 0) AS gap_at_most
        FROM wanted w LEFT JOIN supply s ON s.skill_id = w.id
        ORDER BY gap_at_most DESC, w.demand DESC, w.label, w.id
    """
    return rows_of(sql, scope, {"region": row["region_code"], "vertical": row["vertical_code"]})
