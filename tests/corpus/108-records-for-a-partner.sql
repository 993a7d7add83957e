-- $1 = 00000000-0000-7000-8000-0000000000a1
-- $2 = 2022-12-01
SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'EXPERT' AND (t1.audience IN ('PUBLIC', 'PARTNERS') OR t1.owner_id = $1::UUID) AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), '}')) AS r0, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
  FROM (
    SELECT 1 AS one
    FROM entity AS t3
    WHERE t3.kind = 'AGREEMENT' AND (t3.audience IN ('PUBLIC', 'PARTNERS') OR t3.owner_id = $1::UUID) AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t4
), ',"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"subdivision":', coalesce(CAST(to_json(t6.k0) AS TEXT), 'null'), '},"count":', CAST(t6.cnt AS TEXT), '}'), ',') AS string_agg_1
  FROM (
    SELECT t5.subdivision AS k0, count(*) AS cnt
    FROM entity AS t5
    WHERE t5.kind = 'AGREEMENT' AND (t5.audience IN ('PUBLIC', 'PARTNERS') OR t5.owner_id = $1::UUID) AND t5.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY 1
    ORDER BY k0 ASC NULLS LAST, k0 ASC NULLS LAST
    LIMIT 100
  ) AS t6
), ']}')) AS r1, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t10.n_slug), ',"experts":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
      FROM (
        SELECT 1 AS one
        FROM entity AS t15, (
          SELECT t16.id AS id, t16.subject_id AS subject_id, t16.subject_kind AS subject_kind, t16.object_id AS object_id, t16.object_kind AS object_kind, t16.role AS role, t16.valid AS valid, t16.starts_on AS starts_on, t16.ends_before AS ends_before, t16.precision AS precision, t16.title AS title, t16.is_exclusive AS is_exclusive, t16.source_id AS source_id, t16.owner_id AS owner_id, t16.audience AS audience, t16.confidence AS confidence, t16.created_at AS created_at, t16.version AS version, t16.recorded_from AS recorded_from
          FROM relation AS t16
          WHERE t16.object_id = t10.n_id AND t16.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT') AND t16.starts_on <= $2::DATE AND t16.ends_before > $2::DATE AND (t16.audience IN ('PUBLIC', 'PARTNERS') OR t16.owner_id = $1::UUID)
          ORDER BY t16.subject_id, t16.id
        ) AS t17
        WHERE t15.kind = 'EXPERT' AND (t15.audience IN ('PUBLIC', 'PARTNERS') OR t15.owner_id = $1::UUID) AND t15.id = t17.subject_id AND t15.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t18
    ), ',"nodes":[', string_agg(concat('{"slug":', to_json(t14.n_slug), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t11.slug AS n_slug
      FROM entity AS t11, (
        SELECT t12.id AS id, t12.subject_id AS subject_id, t12.subject_kind AS subject_kind, t12.object_id AS object_id, t12.object_kind AS object_kind, t12.role AS role, t12.valid AS valid, t12.starts_on AS starts_on, t12.ends_before AS ends_before, t12.precision AS precision, t12.title AS title, t12.is_exclusive AS is_exclusive, t12.source_id AS source_id, t12.owner_id AS owner_id, t12.audience AS audience, t12.confidence AS confidence, t12.created_at AS created_at, t12.version AS version, t12.recorded_from AS recorded_from
        FROM relation AS t12
        WHERE t12.object_id = t10.n_id AND t12.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT') AND t12.starts_on <= $2::DATE AND t12.ends_before > $2::DATE AND (t12.audience IN ('PUBLIC', 'PARTNERS') OR t12.owner_id = $1::UUID)
        ORDER BY t12.subject_id, t12.id
      ) AS t13
      WHERE t11.kind = 'EXPERT' AND (t11.audience IN ('PUBLIC', 'PARTNERS') OR t11.owner_id = $1::UUID) AND t11.id = t13.subject_id AND t11.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t13.subject_id ASC, t13.id ASC
      LIMIT 10
    ) AS t14
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t7.slug AS n_slug, t7.id AS n_id
    FROM entity AS t7
    WHERE t7.kind = 'UNIVERSITY' AND (t7.audience IN ('PUBLIC', 'PARTNERS') OR t7.owner_id = $1::UUID) AND t7.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t8, entity AS t9
      WHERE t8.object_id = t7.id AND t9.id = t8.subject_id AND t8.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT') AND t8.starts_on <= $2::DATE AND t8.ends_before > $2::DATE AND (t8.audience IN ('PUBLIC', 'PARTNERS') OR t8.owner_id = $1::UUID) AND t9.kind = 'EXPERT' AND (t9.audience IN ('PUBLIC', 'PARTNERS') OR t9.owner_id = $1::UUID) AND t9.record_status IN ('ACTIVE', 'INACTIVE') AND true
    ))
    ORDER BY t7.id ASC
    LIMIT 25
  ) AS t10
)) AS r2
