-- $1 = 2018-01-01
-- $2 = 2023-01-01
-- $3 = zone-8
SELECT concat(coalesce((
  SELECT concat('{"then":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'COMPANY' AND t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('TENANT_OF') AND t3.starts_on <= $1::DATE AND t3.ends_before > $1::DATE AND t3.audience = 'PUBLIC' AND t2.id = t3.subject_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t4
  ), '}'), ',"later":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
      FROM (
        SELECT 1 AS one
        FROM entity AS t8, relation AS t9
        WHERE t8.kind = 'COMPANY' AND t8.audience = 'PUBLIC' AND t9.object_id = t1.id AND t9.role IN ('TENANT_OF') AND t9.starts_on <= $2::DATE AND t9.ends_before > $2::DATE AND t9.audience = 'PUBLIC' AND t8.id = t9.subject_id AND t8.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t10
    ), ',"nodes":[', string_agg(concat('{"slug":', to_json(t7.n_slug), ',"zones":', concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
      FROM (
        SELECT 1 AS one
        FROM entity AS t11, relation AS t12
        WHERE t11.kind = 'ZONE' AND t11.audience = 'PUBLIC' AND t12.subject_id = t7.n_id AND t12.role IN ('TENANT_OF') AND t12.starts_on <= $2::DATE AND t12.ends_before > $2::DATE AND t12.audience = 'PUBLIC' AND t11.id = t12.object_id AND t11.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t13
    ), '}'), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t5.slug AS n_slug, t5.id AS n_id
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'COMPANY' AND t5.audience = 'PUBLIC' AND t6.object_id = t1.id AND t6.role IN ('TENANT_OF') AND t6.starts_on <= $2::DATE AND t6.ends_before > $2::DATE AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t6.subject_id ASC, t6.id ASC
      LIMIT 20
    ) AS t7
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $3::TEXT AND t1.kind = 'ZONE' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
