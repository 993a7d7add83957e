-- $1 = 00000000-0000-7000-8000-0000000000a1
-- $2 = 2022-12-01
SELECT concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t1
    WHERE t1.kind = 'EXPERT' AND (t1.audience = 'PUBLIC' OR t1.audience = 'PARTNERS' OR (t1.owner_id = $1::UUID) IS true) AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t2
), '}')) AS r0, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
  FROM (
    SELECT 1 AS one
    FROM entity AS t3
    WHERE t3.kind = 'AGREEMENT' AND (t3.audience = 'PUBLIC' OR t3.audience = 'PARTNERS' OR (t3.owner_id = $1::UUID) IS true) AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t4
), ',"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"subdivision":', coalesce(CAST(to_json(t6.k0) AS TEXT), 'null'), '},"count":', CAST(t6.cnt AS TEXT), '}'), ',') AS string_agg_1
  FROM (
    SELECT t5.subdivision AS k0, count(*) AS cnt
    FROM entity AS t5
    WHERE t5.kind = 'AGREEMENT' AND (t5.audience = 'PUBLIC' OR t5.audience = 'PARTNERS' OR (t5.owner_id = $1::UUID) IS true) AND t5.record_status IN ('ACTIVE', 'INACTIVE')
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
        FROM entity AS t14, relation AS t15
        WHERE t14.kind = 'EXPERT' AND (t14.audience = 'PUBLIC' OR t14.audience = 'PARTNERS' OR (t14.owner_id = $1::UUID) IS true) AND t15.object_id = t10.n_id AND t15.starts_on <= $2::DATE AND t15.ends_before > $2::DATE AND (t15.audience = 'PUBLIC' OR t15.audience = 'PARTNERS' OR (t15.owner_id = $1::UUID) IS true) AND t14.id = t15.subject_id AND t14.record_status IN ('ACTIVE', 'INACTIVE') AND t15.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT')
        LIMIT 10001
      ) AS t16
    ), ',"nodes":[', string_agg(concat('{"slug":', to_json(t13.n_slug), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t17.n_slug AS n_slug
      FROM unnest('{EMPLOYED_BY,HOLDS_POST_AT}'::text[]) AS t18(role), LATERAL (
        SELECT t11.slug AS n_slug, t12.subject_id AS k_0, t12.id AS k_1
        FROM entity AS t11, relation AS t12
        WHERE t11.kind = 'EXPERT' AND (t11.audience = 'PUBLIC' OR t11.audience = 'PARTNERS' OR (t11.owner_id = $1::UUID) IS true) AND t12.object_id = t10.n_id AND t12.starts_on <= $2::DATE AND t12.ends_before > $2::DATE AND (t12.audience = 'PUBLIC' OR t12.audience = 'PARTNERS' OR (t12.owner_id = $1::UUID) IS true) AND t11.id = t12.subject_id AND t11.record_status IN ('ACTIVE', 'INACTIVE') AND t12.role = t18.role
        ORDER BY t12.subject_id ASC, t12.id ASC
        LIMIT 10
      ) AS t17
      ORDER BY t17.k_0 ASC, t17.k_1 ASC
      LIMIT 10
    ) AS t13
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t7.slug AS n_slug, t7.id AS n_id
    FROM entity AS t7
    WHERE t7.kind = 'UNIVERSITY' AND (t7.audience = 'PUBLIC' OR t7.audience = 'PARTNERS' OR (t7.owner_id = $1::UUID) IS true) AND t7.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t8, entity AS t9
      WHERE t8.object_id = t7.id AND t9.id = t8.subject_id AND t8.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT') AND t8.starts_on <= $2::DATE AND t8.ends_before > $2::DATE AND (t8.audience = 'PUBLIC' OR t8.audience = 'PARTNERS' OR (t8.owner_id = $1::UUID) IS true) AND t9.kind = 'EXPERT' AND (t9.audience = 'PUBLIC' OR t9.audience = 'PARTNERS' OR (t9.owner_id = $1::UUID) IS true) AND t9.record_status IN ('ACTIVE', 'INACTIVE') AND true
    ))
    ORDER BY t7.id ASC
    LIMIT 25
  ) AS t10
)) AS r2
