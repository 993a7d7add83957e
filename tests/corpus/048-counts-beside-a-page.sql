-- $1 = 2021-01-01
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t3
      WHERE t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t4
  ), ',"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"companies":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
      FROM (
        SELECT 1 AS one
        FROM entity AS t8, relation AS t9
        WHERE t8.kind = 'COMPANY' AND t8.audience = 'PUBLIC' AND t9.object_id = t2.n_id AND t9.role IN ('TENANT_OF') AND t9.starts_on <= $1::DATE AND t9.ends_before > $1::DATE AND t9.audience = 'PUBLIC' AND t8.id = t9.subject_id AND t8.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t10
    ), ',"nodeCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
      FROM (
        SELECT DISTINCT t11.id AS id
        FROM entity AS t11, relation AS t12
        WHERE t11.kind = 'COMPANY' AND t11.audience = 'PUBLIC' AND t12.object_id = t2.n_id AND t12.role IN ('TENANT_OF') AND t12.starts_on <= $1::DATE AND t12.ends_before > $1::DATE AND t12.audience = 'PUBLIC' AND t11.id = t12.subject_id AND t11.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t13
    ), ',"totalCountCapped":', (
      SELECT CASE WHEN (count(*) > 10000) THEN 'true' ELSE 'false' END AS anon_1
      FROM (
        SELECT 1 AS one
        FROM entity AS t14, relation AS t15
        WHERE t14.kind = 'COMPANY' AND t14.audience = 'PUBLIC' AND t15.object_id = t2.n_id AND t15.role IN ('TENANT_OF') AND t15.starts_on <= $1::DATE AND t15.ends_before > $1::DATE AND t15.audience = 'PUBLIC' AND t14.id = t15.subject_id AND t14.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t16
    ), ',"nodes":[', string_agg(concat('{"slug":', to_json(t7.n_slug), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t5.slug AS n_slug
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'COMPANY' AND t5.audience = 'PUBLIC' AND t6.object_id = t2.n_id AND t6.role IN ('TENANT_OF') AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t6.subject_id ASC, t6.id ASC
      LIMIT 1
    ) AS t7
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.id AS n_id
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 2
  ) AS t2
)) AS r0
