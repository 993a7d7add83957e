-- $1 = 2021-01-01
WITH t8 AS MATERIALIZED (
  SELECT t5.object_id AS id
  FROM relation AS t5, entity AS t4
  WHERE t5.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t5.starts_on <= $1::DATE AND (t5.ends_before > $1::DATE OR t5.role IN ('FOUNDED')) AND t5.audience = 'PUBLIC' AND t4.id = t5.subject_id AND t4.kind = 'EXPERT' AND t4.audience = 'PUBLIC' AND t4.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
    SELECT 1
    FROM relation AS t6, entity AS t7
    WHERE t6.subject_id = t4.id AND t7.id = t6.object_id AND t6.role IN ('STUDIED_AT') AND t6.starts_on <= $1::DATE AND t6.audience = 'PUBLIC' AND t7.kind = 'UNIVERSITY' AND t7.audience = 'PUBLIC' AND t7.record_status IN ('ACTIVE', 'INACTIVE') AND true
  ))
  LIMIT 5001
), t12 AS MATERIALIZED (
  SELECT t9.object_id AS id
  FROM relation AS t9
  WHERE t9.role IN ('TENANT_OF') AND t9.starts_on <= $1::DATE AND t9.ends_before > $1::DATE AND t9.audience = 'PUBLIC' AND (
    SELECT count(*) <= 200 AS anon_4
    FROM (
      SELECT 1 AS one
      FROM t8
      LIMIT 201
    ) AS t10
  ) AND t9.subject_id IN (
    SELECT id
    FROM t8
  ) AND (EXISTS (
    SELECT 1
    FROM entity AS t11
    WHERE t11.id = t9.subject_id AND t11.kind = 'COMPANY' AND t11.audience = 'PUBLIC' AND t11.record_status IN ('ACTIVE', 'INACTIVE')
  ))
  LIMIT 1251
), t15 AS MATERIALIZED (
  SELECT (
    SELECT count(*) <= 5000 AS anon_1
    FROM (
      SELECT 1 AS one
      FROM t8
      LIMIT 5001
    ) AS t13
  ) AS kept, (
    SELECT count(*) <= 200 AS anon_2
    FROM (
      SELECT 1 AS one
      FROM t8
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
          FROM t8
        ) AND (EXISTS (
          SELECT 1
          FROM entity AS t17
          WHERE t17.id = t16.subject_id AND t17.kind = 'COMPANY' AND t17.audience = 'PUBLIC' AND t17.record_status IN ('ACTIVE', 'INACTIVE')
        )) ELSE EXISTS (
          SELECT 1
          FROM entity AS t18
          WHERE t18.id = t16.subject_id AND t18.kind = 'COMPANY' AND t18.audience = 'PUBLIC' AND t18.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
            SELECT 1
            FROM relation AS t19, entity AS t20
            WHERE t19.object_id = t18.id AND t20.id = t19.subject_id AND t19.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t19.starts_on <= $1::DATE AND (t19.ends_before > $1::DATE OR t19.role IN ('FOUNDED')) AND t19.audience = 'PUBLIC' AND t20.kind = 'EXPERT' AND t20.audience = 'PUBLIC' AND t20.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
              SELECT 1
              FROM relation AS t21, entity AS t22
              WHERE t21.subject_id = t20.id AND t22.id = t21.object_id AND t21.role IN ('STUDIED_AT') AND t21.starts_on <= $1::DATE AND t21.audience = 'PUBLIC' AND t22.kind = 'UNIVERSITY' AND t22.audience = 'PUBLIC' AND t22.record_status IN ('ACTIVE', 'INACTIVE') AND true
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
