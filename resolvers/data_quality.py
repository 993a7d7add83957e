"""A partner's data quality: what is wrong, old or disputed in the records that it maintains.

Only the viewer's own records are judged, for an editor all. Names propose candidates and link nothing; what
each list means for a partner is in docs/quality.md.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select

from models.vocabulary import Kind
from resolvers.derived import is_current, rows_of, sees, table
from resolvers.mapping import Row, Scope

STALE_DAYS = 365
"""A record that nobody has changed for longer than this is stale."""
LIKELY = 0.6
"""The least score of a name (resolvers' search: 1 is the same name) that makes a record a candidate."""
EXAMINED = 100
"""So many records are compared by name in one answer, those changed last first."""
PRICE = 200
"""What the examination of a partner's records counts in the price of an operation, beside what is listed."""
MOST = 100
NAMED_KINDS = (
    Kind.UNIVERSITY,
    Kind.INSTITUTION,
    Kind.COMPANY,
    Kind.GOVERNMENT_BODY,
    Kind.INVESTOR,
    Kind.EXPERT,
)
"""Kinds of which public registers know most records, so that a missing identifier says something."""
_KINDS = ", ".join(f"'{kind}'" for kind in NAMED_KINDS)
_KEYLESS = (
    "NOT EXISTS (SELECT FROM identifier i WHERE i.entity_id = e.id AND i.is_active AND i.scheme <> 'PARTNER')"
)
_LATEST_JOBS = """
    SELECT DISTINCT ON (j.file_name) j.id FROM import_job j WHERE {own}
    ORDER BY j.file_name, j.started_at DESC
"""


def _own(scope: Scope, alias: str) -> str:
    """The condition that a row is the viewer's to maintain."""
    if scope.role == "partner":
        return f"{alias}.owner_id = given.partner"
    return "true" if scope.role == "editor" else "false"


def _records(scope: Scope) -> str:
    return f"{table(scope, 'entity', 'e')} WHERE {_own(scope, 'e')} AND {is_current('e')}"


def _stale(scope: Scope) -> str:
    return f"{_records(scope)} AND e.updated_at < given.day - {STALE_DAYS}"


def _stated(scope: Scope) -> str:
    """FROM and WHERE of the statements `a` of others about the viewer's records `e`."""
    others = "a.owner_id IS DISTINCT FROM given.partner" if scope.role == "partner" else "true"
    return f"""
        assertion a JOIN entity e ON e.id = a.entity_id
        WHERE {_own(scope, "e")} AND {is_current("e")} AND {sees(scope, "a")} AND NOT a.is_own AND {others}
    """


def _identifier_problems(scope: Scope) -> str:
    """Of the last import of each file, and of records whose identifier another one holds now."""
    return f"""
        SELECT p.code, p.message, p.hint, p.row, p.label, p.job_id AS import_job_id, NULL::uuid AS entity_id,
            NULL::uuid AS holder_id
        FROM import_problem p WHERE p.code LIKE 'IDENTIFIER%' AND {sees(scope, "p")}
          AND p.job_id IN ({_LATEST_JOBS.format(own=_own(scope, "j"))})
        UNION ALL
        SELECT 'IDENTIFIER_TAKEN', i.scheme || ' ' || i.value || ' now belongs to another record.',
            'If both are one thing, ask an editor to merge them; else give the right identifier.',
            NULL, NULL, NULL, e.id, h.id
        FROM entity e JOIN identifier i ON i.entity_id = e.id AND NOT i.is_active
        LEFT JOIN identifier k ON k.scheme = i.scheme AND k.value = i.value AND k.is_active
            AND k.partner_id IS NOT DISTINCT FROM i.partner_id AND k.entity_id <> e.id
        JOIN entity h ON h.id = k.entity_id
        WHERE {_own(scope, "e")} AND {is_current("e")} AND {sees(scope, "h")}
    """


def report(row: Row | None, scope: Scope, arguments: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """One row: how many records there are, and of each sort of trouble; without a key an error."""
    assert row is None
    if scope.role == "reader":
        sql = """
            SELECT given.day AS as_of, 0 AS records, 0 AS without_identifier, 0 AS stale,
                0 AS stated_by_others, refuse('TH401', 'Data quality is a partner''s own.',
                'Send your key as Authorization: Bearer th_live_...')::int AS identifier_problem_count
        """
        return rows_of(sql, scope, arguments)
    sql = f"""
        SELECT given.day AS as_of,
            (SELECT count(*)::int FROM {_records(scope)}) AS records,
            (SELECT count(*)::int FROM {_records(scope)} AND e.kind IN ({_KINDS}) AND {_KEYLESS})
                AS without_identifier,
            (SELECT count(*)::int FROM {_stale(scope)}) AS stale,
            (SELECT count(*)::int FROM {_stated(scope)}) AS stated_by_others,
            (SELECT count(*)::int FROM ({_identifier_problems(scope)}) p) AS identifier_problem_count
    """
    return rows_of(sql, scope, arguments)


def identifier_problems(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A row for each problem: of the last import of each file first, by its row; then of records."""
    assert row is not None
    sql = f"""
        SELECT p.* FROM ({_identifier_problems(scope)}) p
        ORDER BY p.import_job_id DESC NULLS LAST, p.row, p.entity_id, p.message
    """
    return rows_of(sql, scope, {})


def stale_records(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A row for each record that nobody has changed for long, the oldest first."""
    assert row is not None
    sql = f"""
        SELECT e.id AS entity_id, e.updated_at, given.day - e.updated_at::date AS days
        FROM {_stale(scope)} ORDER BY e.updated_at, e.id
    """
    return rows_of(sql, scope, {})


def unmatched_names(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A row for each record without a public identifier whose name is like that of a record of others."""
    assert row is not None
    others = "o.owner_id IS DISTINCT FROM given.partner" if scope.role == "partner" else "true"
    sql = f"""
        WITH keyless AS MATERIALIZED (
            SELECT e.id, e.name, e.kind FROM {_records(scope)} AND e.kind IN ({_KINDS}) AND {_KEYLESS}
            ORDER BY e.updated_at DESC, e.id LIMIT {EXAMINED}
        )
        SELECT k.id AS entity_id, best.entity_id AS candidate_id, best.matched,
            least(best.score, 1)::float AS score
        FROM keyless k CROSS JOIN LATERAL (
            SELECT s.entity_id, s.matched, s.score
            FROM search_names(left(k.name, 200), ARRAY[k.kind], 10) s JOIN entity o ON o.id = s.entity_id
            WHERE s.entity_id <> k.id AND s.score >= {LIKELY} AND {is_current("o")} AND {others}
            ORDER BY s.score DESC, s.entity_id LIMIT 1
        ) best
        ORDER BY best.score DESC, k.id
    """
    return rows_of(sql, scope, {})


def statements_by_others(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A row for each statement of others about the viewer's records, the newest first."""
    assert row is not None
    sql = f"""
        SELECT a.id AS assertion_id, e.id AS entity_id, a.comparable IS DISTINCT FROM (
            SELECT o.comparable FROM assertion o WHERE o.entity_id = e.id AND o.field = a.field AND o.is_own
        ) AS is_different
        FROM {_stated(scope)} ORDER BY a.recorded_from DESC, a.id
    """
    return rows_of(sql, scope, {})
