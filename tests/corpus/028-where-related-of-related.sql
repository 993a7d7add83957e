-- $1 = 2021-01-01
WITH t9 AS MATERIALIZED (
  SELECT t4.id AS id
  FROM entity AS t4
  WHERE t4.kind = 'COMPANY' AND t4.audience = 'PUBLIC' AND t4.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
    SELECT 1
    FROM relation AS t5, entity AS t6
    WHERE t5.object_id = t4.id AND t6.id = t5.subject_id AND t5.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t5.starts_on <= $1::DATE AND (t5.ends_before > $1::DATE OR t5.role IN ('FOUNDED')) AND t5.audience = 'PUBLIC' AND t6.kind = 'EXPERT' AND t6.audience = 'PUBLIC' AND t6.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t7, entity AS t8
      WHERE t7.subject_id = t6.id AND t8.id = t7.object_id AND t7.role IN ('STUDIED_AT') AND t7.starts_on <= $1::DATE AND t7.audience = 'PUBLIC' AND t8.kind = 'UNIVERSITY' AND t8.audience = 'PUBLIC' AND t8.record_status IN ('ACTIVE', 'INACTIVE') AND true
    ))
  ))
  LIMIT 5001
), t11 AS MATERIALIZED (
  SELECT t10.object_id AS id
  FROM relation AS t10
  WHERE t10.role IN ('TENANT_OF') AND t10.starts_on <= $1::DATE AND t10.ends_before > $1::DATE AND t10.audience = 'PUBLIC' AND t10.subject_id IN (
    SELECT id
    FROM t9
  )
  LIMIT 1251
), t12 AS MATERIALIZED (
  SELECT (
    SELECT count(*) <= 5000 AS anon_1
    FROM t9
  ) AS few, (
    SELECT count(*) <= 5000 AS anon_1
    FROM t9
  ) AND (
    SELECT count(*) <= 1250 AS anon_2
    FROM t11
  ) AS little
) SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t3.n_slug AS n_slug
    FROM ((
      SELECT t1.slug AS n_slug, t1.id AS k_0
      FROM entity AS t1
      WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (
        SELECT little
        FROM t12
      ) AND t1.id IN (
        SELECT id
        FROM t11
      )
      ORDER BY t1.id ASC
      LIMIT 25
    )
    UNION ALL (
      SELECT t1.slug AS n_slug, t1.id AS k_0
      FROM entity AS t1
      WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND NOT (
        SELECT little
        FROM t12
      ) AND (
        SELECT t13.object_id AS id
        FROM relation AS t13
        WHERE t13.role IN ('TENANT_OF') AND t13.starts_on <= $1::DATE AND t13.ends_before > $1::DATE AND t13.audience = 'PUBLIC' AND t13.object_id = t1.id AND CASE WHEN (
          SELECT few
          FROM t12
        ) THEN t13.subject_id IN (
          SELECT id
          FROM t9
        ) ELSE EXISTS (
          SELECT 1
          FROM entity AS t14
          WHERE t14.id = t13.subject_id AND t14.kind = 'COMPANY' AND t14.audience = 'PUBLIC' AND t14.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
            SELECT 1
            FROM relation AS t15, entity AS t16
            WHERE t15.object_id = t14.id AND t16.id = t15.subject_id AND t15.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t15.starts_on <= $1::DATE AND (t15.ends_before > $1::DATE OR t15.role IN ('FOUNDED')) AND t15.audience = 'PUBLIC' AND t16.kind = 'EXPERT' AND t16.audience = 'PUBLIC' AND t16.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
              SELECT 1
              FROM relation AS t17, entity AS t18
              WHERE t17.subject_id = t16.id AND t18.id = t17.object_id AND t17.role IN ('STUDIED_AT') AND t17.starts_on <= $1::DATE AND t17.audience = 'PUBLIC' AND t18.kind = 'UNIVERSITY' AND t18.audience = 'PUBLIC' AND t18.record_status IN ('ACTIVE', 'INACTIVE') AND true
            ))
          ))
        ) END
        LIMIT 1
      ) IS NOT NULL
      ORDER BY t1.id ASC
      LIMIT 25
    )) AS t3
    ORDER BY t3.k_0 ASC
    LIMIT 25
  ) AS t2
)) AS r0
