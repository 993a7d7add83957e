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
), t12 AS MATERIALIZED (
  SELECT t10.object_id AS id
  FROM relation AS t10
  WHERE t10.role IN ('TENANT_OF') AND t10.starts_on <= $1::DATE AND t10.ends_before > $1::DATE AND t10.audience = 'PUBLIC' AND (
    SELECT count(*) <= 200 AS anon_4
    FROM (
      SELECT 1 AS one
      FROM t9
      LIMIT 201
    ) AS t11
  ) AND t10.subject_id IN (
    SELECT id
    FROM t9
  )
  LIMIT 1251
), t15 AS MATERIALIZED (
  SELECT (
    SELECT count(*) <= 5000 AS anon_1
    FROM (
      SELECT 1 AS one
      FROM t9
      LIMIT 5001
    ) AS t13
  ) AS kept, (
    SELECT count(*) <= 200 AS anon_2
    FROM (
      SELECT 1 AS one
      FROM t9
      LIMIT 201
    ) AS t14
  ) AND (
    SELECT count(*) <= 1250 AS anon_3
    FROM t12
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
        FROM t15
      ) AND t1.id IN (
        SELECT id
        FROM t12
      )
      ORDER BY t1.id ASC
      LIMIT 25
    )
    UNION ALL (
      SELECT t1.slug AS n_slug, t1.id AS k_0
      FROM entity AS t1
      WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND NOT (
        SELECT little
        FROM t15
      ) AND (
        SELECT t16.object_id AS id
        FROM relation AS t16
        WHERE t16.role IN ('TENANT_OF') AND t16.starts_on <= $1::DATE AND t16.ends_before > $1::DATE AND t16.audience = 'PUBLIC' AND t16.object_id = t1.id AND CASE WHEN (
          SELECT kept
          FROM t15
        ) THEN t16.subject_id IN (
          SELECT id
          FROM t9
        ) ELSE EXISTS (
          SELECT 1
          FROM entity AS t17
          WHERE t17.id = t16.subject_id AND t17.kind = 'COMPANY' AND t17.audience = 'PUBLIC' AND t17.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
            SELECT 1
            FROM relation AS t18, entity AS t19
            WHERE t18.object_id = t17.id AND t19.id = t18.subject_id AND t18.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t18.starts_on <= $1::DATE AND (t18.ends_before > $1::DATE OR t18.role IN ('FOUNDED')) AND t18.audience = 'PUBLIC' AND t19.kind = 'EXPERT' AND t19.audience = 'PUBLIC' AND t19.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
              SELECT 1
              FROM relation AS t20, entity AS t21
              WHERE t20.subject_id = t19.id AND t21.id = t20.object_id AND t20.role IN ('STUDIED_AT') AND t20.starts_on <= $1::DATE AND t20.audience = 'PUBLIC' AND t21.kind = 'UNIVERSITY' AND t21.audience = 'PUBLIC' AND t21.record_status IN ('ACTIVE', 'INACTIVE') AND true
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
