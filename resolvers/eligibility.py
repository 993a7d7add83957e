"""Whether a company qualifies for the incentives of a zone on a day: rule by rule, with the law.

Only records that the viewer may see count, all of them as they stand on that one day. What each rule asks
is in docs/analysis.md. Not its business: how such a field is planned and printed (derived.py).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select

from models.analysis_vocabulary import EligibilityRule
from resolvers.derived import holds, is_current, rows_of, sees, table
from resolvers.mapping import Row, Scope

MOST_INCENTIVES = 100
PRICE = 20
"""What looking for the incentives of a zone counts in the price of an operation."""
LONGEST_MONTHS = 12_000
"""A relief of a thousand years is without end; more would overflow a date."""


def company(row: Row | None, scope: Scope, arguments: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """One row: the company, the zone and the day."""
    assert row is None
    sql = "SELECT given.company AS company_id, given.zone AS zone_id, given.day AS as_of"
    return rows_of(sql, scope, arguments)


def rules(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """One row for each rule, of the row that `incentives` gives; further conditions only where there are."""
    assert row is not None
    columns = [f"{rule.lower()}_{column}" for rule in EligibilityRule for column in ("outcome", "reason")]
    listed = ", ".join(
        f"('{rule}', given.{rule.lower()}_outcome, given.{rule.lower()}_reason)" for rule in EligibilityRule
    )
    sql = f"""
        SELECT p.*, given.law AS legal_reference FROM (VALUES {listed}) AS p (rule, outcome, reason)
        WHERE p.outcome IS NOT NULL
    """
    return rows_of(sql, scope, {name: row[name] for name in (*columns, "law")})


def incentives(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """A row for each incentive that can be had in the zone: those that the company qualifies for first."""
    assert row is not None
    may = {alias: sees(scope, alias) for alias in ("r", "o", "i", "l", "c")}
    t = partial(table, scope)
    outcomes = ", ".join(f"j.{rule.lower()}_outcome" for rule in EligibilityRule)
    reasons = ", ".join(
        f"CASE WHEN j.{rule.lower()}_outcome <> 'PASS' THEN j.{rule.lower()}_reason END"
        for rule in EligibilityRule
    )
    sql = f"""
    WITH source AS (
        SELECT given.zone AS id
        UNION SELECT r.object_id FROM {t("relation", "r")}
        WHERE r.subject_id = given.zone AND r.role = 'PART_OF' AND {holds("r")} AND {may["r"]}
        UNION SELECT r.subject_id FROM {t("relation", "r")}
        WHERE r.object_id = given.zone AND r.role = 'SUPERVISES' AND {holds("r")} AND {may["r"]}
        UNION SELECT r.object_id FROM {t("relation", "r")}
        WHERE r.subject_id IN (given.company, given.zone) AND r.role = 'PARTICIPATES_IN'
          AND {holds("r")} AND {may["r"]}
    ), offered AS (
        -- Of each incentive one version: that of the day, else the last before it, else the first after it.
        SELECT DISTINCT ON (i.code) i.*, {holds("i")} AS is_in_force
        FROM source s JOIN {t("entity", "o")} ON o.id = s.id
        JOIN {t("incentive", "i")} ON i.offered_by_id = o.id
        WHERE {is_current("o")} AND {may["o"]} AND {may["i"]}
        ORDER BY i.code, {holds("i")} DESC, i.ends_before <= given.day DESC,
            CASE WHEN i.ends_before <= given.day THEN i.ends_before END DESC, i.starts_on
    ), judged AS (
        SELECT i.id, i.name, i.code, i.legal_reference AS law, i.is_in_force, i.valid_until,
            CASE WHEN i.is_in_force THEN 'PASS' ELSE 'FAIL' END AS period_outcome,
            CASE WHEN i.is_in_force THEN 'It is in force' || coalesce(' until ' || i.valid_until, '') || '.'
                 WHEN i.starts_on > given.day THEN 'It begins only on ' || i.valid_from || '.'
                 ELSE 'It ended on ' || i.valid_until || '.' END AS period_reason,
            CASE WHEN i.licence_types = '{{}}' OR h.is_held THEN 'PASS'
                 WHEN h.is_general THEN 'UNKNOWN' ELSE 'FAIL' END AS licence_outcome,
            CASE WHEN i.licence_types = '{{}}' THEN 'No licence is asked for.'
                 WHEN h.is_held THEN 'It holds a licence in the zone, ' || lower(replace(h.type, '_', ' '))
                    || coalesce(' ' || h.number, '') || '.'
                 WHEN h.is_general THEN 'Its licence names no zone; whether it counts here is not known.'
                 WHEN h.starts_on > given.day THEN 'Its licence begins only on ' || h.issued_on || '.'
                 WHEN h.revoked_on <= given.day THEN 'Its licence was taken back on ' || h.revoked_on || '.'
                 WHEN h.expires_on < given.day THEN 'Its licence ended on ' || h.expires_on || '.'
                 ELSE 'It holds no licence in the zone that is ' || lower(replace(
                    array_to_string(i.licence_types, ' or '), '_', ' ')) || '.' END AS licence_reason,
            CASE WHEN i.size_classes = '{{}}' OR c.size_class = ANY (i.size_classes) THEN 'PASS'
                 WHEN c.size_class IS NULL THEN 'UNKNOWN' ELSE 'FAIL' END AS size_class_outcome,
            CASE WHEN i.size_classes = '{{}}' THEN 'Companies of every size qualify.'
                 WHEN c.size_class IS NULL THEN 'Its size class is not known; ' || lower(
                    array_to_string(i.size_classes, ' or ')) || ' qualifies.'
                 WHEN c.size_class = ANY (i.size_classes)
                 THEN 'Its size class, ' || lower(c.size_class) || ', qualifies.'
                 ELSE 'Its size class is ' || lower(c.size_class) || '; only ' || lower(
                    array_to_string(i.size_classes, ' or ')) || ' qualifies.' END AS size_class_reason,
            CASE WHEN i.verticals = '{{}}' OR i.verticals && c.verticals THEN 'PASS'
                 WHEN coalesce(c.verticals, '{{}}') = '{{}}' THEN 'UNKNOWN' ELSE 'FAIL'
            END AS vertical_outcome,
            CASE WHEN i.verticals = '{{}}' THEN 'Every field of business qualifies.'
                 WHEN coalesce(c.verticals, '{{}}') = '{{}}' THEN 'Its fields of business are not known; '
                    || array_to_string(i.verticals, ', ') || ' qualify.'
                 WHEN i.verticals && c.verticals THEN 'Its field of business qualifies: ' || array_to_string(
                    ARRAY(SELECT unnest(i.verticals) INTERSECT SELECT unnest(c.verticals) ORDER BY 1), ', ')
                    || '.'
                 ELSE 'Its fields of business are ' || array_to_string(c.verticals, ', ') || '; only '
                    || array_to_string(i.verticals, ', ') || ' qualify.' END AS vertical_reason,
            CASE WHEN i.duration_months IS NULL OR b.ends_before > given.day THEN 'PASS'
                 WHEN b.ends_before IS NULL THEN 'UNKNOWN' ELSE 'FAIL' END AS duration_outcome,
            CASE WHEN i.duration_months IS NULL THEN 'It is not limited to a number of months.'
                 WHEN b.ends_before IS NULL THEN 'It lasts ' || i.duration_months
                    || ' months; from which day is not known.'
                 WHEN b.ends_before > given.day THEN 'It lasts ' || i.duration_months || ' months, until '
                    || b.ends_before - 1 || '.'
                 ELSE 'It lasted ' || i.duration_months || ' months, until ' || b.ends_before - 1 || '.'
            END AS duration_reason,
            CASE WHEN i.conditions IS NOT NULL THEN 'UNKNOWN' END AS conditions_outcome,
            'To be judged by a person: ' || i.conditions AS conditions_reason,
            least(i.valid_until, CASE WHEN i.duration_months IS NOT NULL THEN b.ends_before - 1 END)
                AS ends_on
        FROM offered i JOIN {t("entity", "c")} ON c.id = given.company AND {may["c"]}
        LEFT JOIN LATERAL (
            -- The licence that speaks most for the company.
            SELECT l.*, h.is_held, h.is_general
            FROM {t("licence", "l")}
            CROSS JOIN LATERAL (
                -- Never null: a licence that names no zone must not sort behind one that has ended.
                SELECT l.zone_id IS NOT NULL AND {holds("l")} AS is_held,
                    l.zone_id IS NULL AND {holds("l")} AS is_general
            ) h
            WHERE l.holder_id = given.company AND l.type = ANY (i.licence_types)
              AND (l.zone_id = given.zone OR l.zone_id IS NULL) AND {may["l"]}
            ORDER BY h.is_held DESC, h.is_general DESC, l.zone_id IS NULL, l.ends_before DESC, l.id
            LIMIT 1
        ) h ON true
        LEFT JOIN LATERAL (
            -- It runs from the first day of the first such licence; where none is asked for, of the tenancy.
            SELECT nullif(min(l.starts_on), '-infinity') AS starts_on FROM (
                SELECT l.starts_on FROM {t("licence", "l")}
                WHERE l.holder_id = given.company AND l.zone_id = given.zone
                  AND l.type = ANY (i.licence_types) AND l.starts_on <= given.day AND {may["l"]}
                UNION ALL
                SELECT r.starts_on FROM {t("relation", "r")}
                WHERE i.licence_types = '{{}}' AND r.subject_id = given.company AND r.object_id = given.zone
                  AND r.role = 'TENANT_OF' AND r.starts_on <= given.day AND {may["r"]}
            ) l
        ) f ON true
        LEFT JOIN LATERAL (
            SELECT (f.starts_on + make_interval(months => least(i.duration_months, {LONGEST_MONTHS})))::date
                AS ends_before
        ) b ON true
    )
    SELECT j.*, j.id AS incentive_id, e.outcome,
        CASE WHEN e.outcome = 'ELIGIBLE' THEN j.ends_on END AS eligible_until,
        CASE WHEN e.outcome = 'ELIGIBLE' THEN j.ends_on - given.day END AS days_left,
        array_remove(ARRAY[{reasons}], NULL) AS missing
    FROM judged j CROSS JOIN LATERAL (
        SELECT CASE WHEN 'FAIL' IN ({outcomes}) THEN 'NOT_ELIGIBLE'
                    WHEN 'UNKNOWN' IN ({outcomes}) THEN 'UNKNOWN' ELSE 'ELIGIBLE' END AS outcome
    ) e
    ORDER BY array_position(ARRAY['ELIGIBLE', 'UNKNOWN', 'NOT_ELIGIBLE'], e.outcome), j.name, j.code
    """
    return rows_of(sql, scope, {"company": row["company_id"], "zone": row["zone_id"]})
