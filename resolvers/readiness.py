"""How ready a zone is on a day: six parts, their points, what speaks for them and what is missing.

Each part is measured by records that the viewer may see; the sum is the score, 0 to 100. The formula in
words is in docs/analysis.md. Not its business: how such a field is planned and printed (derived.py).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from models.analysis_vocabulary import ReadinessPart
from resolvers import zone
from resolvers.derived import holds, is_current, knows, rows_of, sees, table
from resolvers.json_text import raw
from resolvers.mapping import Row, Scope

WEIGHTS = {
    ReadinessPart.LICENCE: 20,
    ReadinessPart.LAND: 15,
    ReadinessPart.INFRASTRUCTURE: 20,
    ReadinessPart.TENANTS: 20,
    ReadinessPart.UNIVERSITY: 10,
    ReadinessPart.TALENT: 15,
}
"""Points of each part at most: together 100."""
FULL_TENANTS, FULL_TALENT = 10, 50
"""So many companies, and experts, give all points of their part."""
NEAR_KM, FAR_KM = 10, 50
"""A university gives all points up to the first distance, none from the second on."""
PRICE = 10
"""What one zone counts in the price of an operation."""
_COLUMNS = ("points", "value", "evidence", "missing", "entities")


def score(row: Row, scope: Scope) -> ColumnElement[Any]:
    """The score alone, so that zones can be ordered and filtered by it."""
    found = rows(row, scope, {}).lateral("readiness")
    return select(raw("readiness.score")).select_from(found).scalar_subquery()


def rows(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """One row: `score`, `day`, and for each part `<part>_points`, `_value`, `_evidence`, `_missing`,
    `_entities`."""
    assert row is not None
    own = ("id", "subdivision", "country", "latitude", "longitude", "modality", "area_value", "area_unit")
    given = {name: row[name] for name in own}
    return rows_of(_sql(scope), scope, {**given, "status": zone.status(row, scope)})


def parts(row: Row | None, scope: Scope, _: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """One row for each part, of the row that `rows` gives."""
    assert row is not None
    given = {
        f"{part.lower()}_{column}": row[f"{part.lower()}_{column}"] for part in WEIGHTS for column in _COLUMNS
    }
    listed = ", ".join(
        f"('{part}', {weight}, {', '.join(f'given.{part.lower()}_{column}' for column in _COLUMNS)})"
        for part, weight in WEIGHTS.items()
    )
    sql = (
        f"SELECT * FROM (VALUES {listed}) AS p (part, weight, points, value, evidence, missing, entities_ids)"
    )
    return rows_of(sql, scope, given)


def _related(scope: Scope, alias: str, roles: str, near: str, far: str, kind: str | None = None) -> str:
    """FROM and WHERE of the entities `alias` that a relation, which holds on the day, joins with the zone."""
    of_kind = f" AND {alias}.kind = '{kind}'" if kind else ""
    relation, entity = table(scope, "relation", "r"), table(scope, "entity", alias)
    return f"""
        FROM {relation} JOIN {entity} ON {alias}.id = r.{far}_id{of_kind}
        WHERE r.{near}_id = given.id AND r.role IN ({roles}) AND {holds("r")} AND {is_current(alias)}
          AND {sees(scope, "r")} AND {sees(scope, alias)}
    """


def _sql(scope: Scope) -> str:
    may = {alias: sees(scope, alias) for alias in ("l", "u", "e", "n", "ns", "x", "zs")}
    t = partial(table, scope)
    developers = _related(scope, "o", "'DEVELOPS'", "object", "subject")
    hosts = _related(scope, "o", "'HOSTS'", "object", "subject")
    tenants = _related(scope, "c", "'TENANT_OF'", "object", "subject", "COMPANY")
    clusters = _related(scope, "c", "'PART_OF'", "subject", "object", "CLUSTER")
    symmetric = "'COLLABORATES_WITH', 'RELATED_TO'"
    partners = _related(scope, "u", f"'HOSTS', 'DEVELOPS', {symmetric}", "object", "subject", "UNIVERSITY")
    other_partners = _related(scope, "u", symmetric, "subject", "object", "UNIVERSITY")
    weight = {part.lower(): points for part, points in WEIGHTS.items()}
    return f"""
    WITH licence_held AS (
        SELECT bool_or(l.type = 'ZONE_DEVELOPER') AS is_full, count(*) AS number,
            string_agg(l.number, ', ' ORDER BY l.number) AS numbers, array_agg(l.holder_id) AS holders
        FROM {t("licence", "l")}
        WHERE l.zone_id = given.id AND l.type IN ('ZONE_DEVELOPER', 'CO_ZONE_DEVELOPER')
          AND {holds("l")} AND {may["l"]}
    ), developer AS (
        SELECT array_agg(o.id) AS ids {developers}
    ), host AS (
        SELECT array_agg(o.id) AS ids {hosts}
    ), reached AS (
        SELECT count(*) > 0 AS has_land FROM {t("zone_status", "zs")}
        WHERE zs.zone_id = given.id AND zs.status IN ('LAND_ALLOCATED', 'UNDER_DEVELOPMENT', 'OPERATIONAL')
          AND zs.starts_on <= given.day AND {may["zs"]}
    ), tenant AS MATERIALIZED (
        SELECT DISTINCT c.id, c.verticals {tenants}
    ), tenants AS (
        SELECT count(*) AS number, (array_agg(t.id ORDER BY t.id))[1:5] AS ids FROM tenant t
    ), partner_university AS (
        SELECT array_agg(DISTINCT u.id) AS ids FROM (
            SELECT u.id {partners} UNION ALL SELECT u.id {other_partners}
        ) u
    ), near_university AS (
        SELECT u.id, d.km FROM {t("entity", "u")} CROSS JOIN LATERAL (
            SELECT 12742.0176 * asin(least(1, sqrt(
                sin(radians(u.latitude - given.latitude) / 2) ^ 2
                + cos(radians(given.latitude)) * cos(radians(u.latitude))
                * sin(radians(u.longitude - given.longitude) / 2) ^ 2))) AS km
        ) d
        WHERE u.kind = 'UNIVERSITY' AND u.country = given.country AND {is_current("u")} AND {may["u"]}
          AND u.latitude BETWEEN given.latitude - 0.5 AND given.latitude + 0.5 AND d.km < {FAR_KM}
        ORDER BY d.km, u.id LIMIT 1
    ), field AS MATERIALIZED (
        SELECT coalesce(array_agg(DISTINCT v.code), '{{}}') AS codes FROM (
            SELECT unnest(t.verticals) AS code FROM tenant t
            UNION ALL
            SELECT unnest(c.verticals) {clusters}
        ) v
    ), wanted AS MATERIALIZED (
        SELECT DISTINCT ns.skill_id
        FROM {t("need", "n")} JOIN {t("need_skill", "ns")} ON ns.need_id = n.id
        CROSS JOIN field f
        WHERE n.subdivision = given.subdivision AND {may["n"]} AND {may["ns"]}
          AND (n.opens_on IS NULL OR n.opens_on <= given.day)
          AND (f.codes = '{{}}' OR n.verticals && f.codes)
    ), talent AS (
        -- Counts of persons are rounded down to fives, as in skillGap, and stop where more give no more.
        SELECT (count(*) / 5 * 5)::int AS number, EXISTS (SELECT FROM wanted) AS is_wanted FROM (
            SELECT FROM {t("entity", "e")}
            WHERE e.subdivision = given.subdivision AND e.kind = 'EXPERT' AND {is_current("e")} AND {may["e"]}
              AND {knows(scope, "e", "subdivision")}
              AND EXISTS (SELECT FROM {t("expert_skill", "x")}
                          WHERE x.expert_id = e.id AND {may["x"]}
                            AND (x.since IS NULL OR x.since <= given.day)
                            AND x.skill_id IN (SELECT w.skill_id FROM wanted w))
            LIMIT {FULL_TALENT}
        ) one
    ), measured AS (
        SELECT
            CASE WHEN li.is_full THEN {weight["licence"]} WHEN li.number > 0 THEN {weight["licence"] * 3 // 5}
                 WHEN de.ids IS NOT NULL THEN {weight["licence"] * 2 // 5} ELSE 0 END AS licence_points,
            li.number::float8 AS licence_value,
            CASE WHEN li.number > 0 THEN
                    CASE WHEN li.is_full THEN 'A zone developer licence is held'
                         ELSE 'A co-developer''s licence is held' END
                    || coalesce(': ' || li.numbers, '') || '.'
                 WHEN de.ids IS NOT NULL THEN 'A developer is named, without a licence.'
                 ELSE 'No developer and no licence are known.' END AS licence_evidence,
            CASE WHEN li.is_full THEN NULL ELSE 'A zone developer licence that is held on the day.' END
                AS licence_missing,
            coalesce(li.holders, '{{}}') || coalesce(de.ids, '{{}}') AS licence_entities,

            CASE WHEN given.modality = 'VIRTUAL' THEN {weight["land"]}
                 ELSE CASE WHEN given.area_value IS NULL THEN 0 ELSE {weight["land"] // 2} END
                    + CASE WHEN pl.is_there THEN {weight["land"] - weight["land"] // 2} ELSE 0 END
            END AS land_points,
            given.area_value::float8 AS land_value,
            CASE WHEN given.modality = 'VIRTUAL' THEN 'A virtual zone needs no land.'
                 ELSE concat_ws(' ',
                    coalesce('Its area is ' || given.area_value || ' ' || lower(given.area_unit) || '.',
                             'Its area is not stated.'),
                    CASE WHEN ho.ids IS NOT NULL THEN 'It has a host.'
                         WHEN pl.is_there THEN 'Its land was set aside.'
                         ELSE 'No host and no allocated land are known.' END)
            END AS land_evidence,
            CASE WHEN given.modality = 'VIRTUAL' THEN NULL ELSE nullif(concat_ws(' ',
                CASE WHEN given.area_value IS NULL THEN 'A stated area.' END,
                CASE WHEN NOT pl.is_there THEN 'A host, or land that is allocated and not withdrawn.' END
            ), '') END AS land_missing,
            coalesce(ho.ids, '{{}}') AS land_entities,

            CASE given.status WHEN 'OPERATIONAL' THEN {weight["infrastructure"]}
                 WHEN 'UNDER_DEVELOPMENT' THEN {weight["infrastructure"] // 2}
                 WHEN 'NOTIFIED' THEN {weight["infrastructure"] // 4} ELSE 0 END AS infrastructure_points,
            NULL::float8 AS infrastructure_value,
            coalesce('Its status is ' || replace(lower(given.status), '_', ' ') || '.',
                     'No source says its status.') AS infrastructure_evidence,
            CASE WHEN given.status = 'OPERATIONAL' THEN NULL ELSE 'That it is operational.' END
                AS infrastructure_missing,
            '{{}}'::uuid[] AS infrastructure_entities,

            (least(te.number, {FULL_TENANTS}) * {weight["tenants"]} / {FULL_TENANTS})::int AS tenants_points,
            te.number::float8 AS tenants_value,
            CASE te.number WHEN 0 THEN 'No company works there.' WHEN 1 THEN 'One company works there.'
                 ELSE te.number || ' companies work there.' END AS tenants_evidence,
            CASE WHEN te.number < {FULL_TENANTS} THEN
                {FULL_TENANTS} - te.number || CASE {FULL_TENANTS} - te.number WHEN 1 THEN ' more company.'
                                               ELSE ' more companies.' END END AS tenants_missing,
            coalesce(te.ids, '{{}}') AS tenants_entities,

            CASE WHEN pu.ids IS NOT NULL OR nu.km <= {NEAR_KM} THEN {weight["university"]}
                 WHEN nu.km IS NOT NULL
                 THEN floor({weight["university"]} * ({FAR_KM} - nu.km) / {FAR_KM - NEAR_KM})::int
                 ELSE 0 END AS university_points,
            round(nu.km::numeric, 1)::float8 AS university_value,
            CASE WHEN pu.ids IS NOT NULL THEN 'A university is a partner of it.'
                 WHEN nu.km IS NOT NULL
                 THEN 'The nearest university is ' || round(nu.km::numeric, 1) || ' km away.'
                 WHEN given.latitude IS NULL THEN 'Its place is not known, nor a university as partner.'
                 ELSE 'No university of its country lies within {FAR_KM} km.' END AS university_evidence,
            CASE WHEN pu.ids IS NULL AND coalesce(nu.km, {FAR_KM}) > {NEAR_KM}
                 THEN 'A university as partner, or within {NEAR_KM} km.' END AS university_missing,
            coalesce(pu.ids[1:5], ARRAY[nu.id], '{{}}') AS university_entities,

            ta.number * {weight["talent"]} / {FULL_TALENT} AS talent_points,
            nullif(ta.number, 0)::float8 AS talent_value,
            CASE WHEN given.subdivision IS NULL THEN 'Its province is not known.'
                 WHEN NOT ta.is_wanted THEN 'No need in its province says which skills are sought.'
                 WHEN ta.number = 0
                 THEN 'Fewer than five experts of its province have a skill that is sought.'
                 ELSE 'At least ' || ta.number || ' experts of its province have a skill that is sought'
                    || CASE WHEN f.codes = '{{}}' THEN '.' ELSE ' in its fields of business.' END
            END AS talent_evidence,
            CASE WHEN given.subdivision IS NULL THEN 'Its province.'
                 WHEN NOT ta.is_wanted THEN 'Needs in its province that name skills.'
                 WHEN ta.number < {FULL_TALENT} THEN {FULL_TALENT} - ta.number
                    || ' more experts with skills that are sought.' END AS talent_missing,
            '{{}}'::uuid[] AS talent_entities
        FROM licence_held li CROSS JOIN developer de CROSS JOIN host ho CROSS JOIN reached re
        CROSS JOIN tenants te CROSS JOIN partner_university pu LEFT JOIN near_university nu ON true
        CROSS JOIN field f CROSS JOIN talent ta
        CROSS JOIN LATERAL (
            SELECT (ho.ids IS NOT NULL OR re.has_land) AND given.status IS DISTINCT FROM 'WITHDRAWN'
                AS is_there
        ) pl
    )
    SELECT m.*, given.day AS as_of, {" + ".join(f"m.{part}_points" for part in weight)} AS score,
        array_remove(ARRAY[{", ".join(f"m.{part}_missing" for part in weight)}], NULL) AS missing
    FROM measured m
    """
