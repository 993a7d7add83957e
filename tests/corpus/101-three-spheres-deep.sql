-- $1 = 2021-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"companies":', (
    SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t7.n_slug), ',"experts":', (
      SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t10.n_slug), ',"studiedAt":', (
        SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t13.n_slug), '}'), ','), ']}') AS concat_4
        FROM (
          SELECT t11.slug AS n_slug
          FROM entity AS t11, relation AS t12
          WHERE t11.kind = 'UNIVERSITY' AND t11.audience = 'PUBLIC' AND t12.subject_id = t10.n_id AND t12.role IN ('STUDIED_AT') AND t12.starts_on <= $1::DATE AND t12.audience = 'PUBLIC' AND t11.id = t12.object_id AND t11.record_status IN ('ACTIVE', 'INACTIVE')
          ORDER BY t12.object_id ASC, t12.id ASC
          LIMIT 2
        ) AS t13
      ), ',"programs":', (
        SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t16.n_slug), ',"runBy":', (
          SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t19.n_slug), '}'), ','), ']}') AS concat_6
          FROM (
            SELECT t17.slug AS n_slug
            FROM entity AS t17, relation AS t18
            WHERE t17.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t17.audience = 'PUBLIC' AND t18.object_id = t16.n_id AND t18.role IN ('RUNS') AND t18.starts_on <= $1::DATE AND t18.ends_before > $1::DATE AND t18.audience = 'PUBLIC' AND t17.id = t18.subject_id AND t17.record_status IN ('ACTIVE', 'INACTIVE')
            ORDER BY t18.subject_id ASC, t18.id ASC
            LIMIT 1
          ) AS t19
        ), '}'), ','), ']}') AS concat_5
        FROM (
          SELECT t14.slug AS n_slug, t14.id AS n_id
          FROM entity AS t14, relation AS t15
          WHERE t14.kind = 'PROGRAM' AND t14.audience = 'PUBLIC' AND t15.subject_id = t10.n_id AND t15.role IN ('PARTICIPATES_IN') AND t15.starts_on <= $1::DATE AND t15.ends_before > $1::DATE AND t15.audience = 'PUBLIC' AND t14.id = t15.object_id AND t14.record_status IN ('ACTIVE', 'INACTIVE')
          ORDER BY t15.object_id ASC, t15.id ASC
          LIMIT 2
        ) AS t16
      ), '}'), ','), ']}') AS concat_3
      FROM (
        SELECT t20.n_slug AS n_slug, t20.n_id AS n_id
        FROM unnest('{EMPLOYED_BY,HOLDS_POST_AT,FOUNDED,BOARD_MEMBER_OF}'::text[]) AS t21(role), LATERAL (
          SELECT t8.slug AS n_slug, t8.id AS n_id, t9.subject_id AS k_0, t9.id AS k_1
          FROM entity AS t8, relation AS t9
          WHERE t8.kind = 'EXPERT' AND t8.audience = 'PUBLIC' AND t9.object_id = t7.n_id AND t9.starts_on <= $1::DATE AND (t9.ends_before > $1::DATE OR t9.role IN ('FOUNDED')) AND t9.audience = 'PUBLIC' AND t8.id = t9.subject_id AND t8.record_status IN ('ACTIVE', 'INACTIVE') AND t9.role = t21.role
          ORDER BY t9.subject_id ASC, t9.id ASC
          LIMIT 3
        ) AS t20
        ORDER BY t20.k_0 ASC, t20.k_1 ASC
        LIMIT 3
      ) AS t10
    ), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t5.slug AS n_slug, t5.id AS n_id
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'COMPANY' AND t5.audience = 'PUBLIC' AND t6.object_id = t4.n_id AND t6.role IN ('TENANT_OF') AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t6.subject_id ASC, t6.id ASC
      LIMIT 3
    ) AS t7
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.id AS n_id
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t2, entity AS t3
      WHERE t2.object_id = t1.id AND t3.id = t2.subject_id AND t2.role IN ('TENANT_OF') AND t2.starts_on <= $1::DATE AND t2.ends_before > $1::DATE AND t2.audience = 'PUBLIC' AND t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND true
    ))
    ORDER BY t1.id ASC
    LIMIT 5
  ) AS t4
)) AS r0
