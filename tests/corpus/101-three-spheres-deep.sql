-- $1 = 2021-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"companies":', (
    SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t7.n_slug), ',"experts":', (
      SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t11.n_slug), ',"studiedAt":', (
        SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t14.n_slug), '}'), ','), ']}') AS concat_4
        FROM (
          SELECT t12.slug AS n_slug
          FROM entity AS t12, relation AS t13
          WHERE t12.kind = 'UNIVERSITY' AND t12.audience = 'PUBLIC' AND t13.subject_id = t11.n_id AND t13.role IN ('STUDIED_AT') AND t12.id = t13.object_id AND t13.starts_on <= $1::DATE AND t13.audience = 'PUBLIC' AND t12.record_status IN ('ACTIVE', 'INACTIVE')
          ORDER BY t13.object_id ASC, t13.id ASC
          LIMIT 2
        ) AS t14
      ), ',"programs":', (
        SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t17.n_slug), ',"runBy":', (
          SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t20.n_slug), '}'), ','), ']}') AS concat_6
          FROM (
            SELECT t18.slug AS n_slug
            FROM entity AS t18, relation AS t19
            WHERE t18.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t18.audience = 'PUBLIC' AND t19.object_id = t17.n_id AND t19.role IN ('RUNS') AND t18.id = t19.subject_id AND t19.starts_on <= $1::DATE AND t19.ends_before > $1::DATE AND t19.audience = 'PUBLIC' AND t18.record_status IN ('ACTIVE', 'INACTIVE')
            ORDER BY t19.subject_id ASC, t19.id ASC
            LIMIT 1
          ) AS t20
        ), '}'), ','), ']}') AS concat_5
        FROM (
          SELECT t15.slug AS n_slug, t15.id AS n_id
          FROM entity AS t15, relation AS t16
          WHERE t15.kind = 'PROGRAM' AND t15.audience = 'PUBLIC' AND t16.subject_id = t11.n_id AND t16.role IN ('PARTICIPATES_IN') AND t15.id = t16.object_id AND t16.starts_on <= $1::DATE AND t16.ends_before > $1::DATE AND t16.audience = 'PUBLIC' AND t15.record_status IN ('ACTIVE', 'INACTIVE')
          ORDER BY t16.object_id ASC, t16.id ASC
          LIMIT 2
        ) AS t17
      ), '}'), ','), ']}') AS concat_3
      FROM (
        SELECT t8.slug AS n_slug, t8.id AS n_id
        FROM entity AS t8, (
          SELECT t9.id AS id, t9.subject_id AS subject_id, t9.subject_kind AS subject_kind, t9.object_id AS object_id, t9.object_kind AS object_kind, t9.role AS role, t9.valid AS valid, t9.starts_on AS starts_on, t9.ends_before AS ends_before, t9.precision AS precision, t9.title AS title, t9.is_exclusive AS is_exclusive, t9.source_id AS source_id, t9.owner_id AS owner_id, t9.audience AS audience, t9.confidence AS confidence, t9.created_at AS created_at, t9.version AS version, t9.recorded_from AS recorded_from
          FROM relation AS t9
          WHERE t9.object_id = t7.n_id AND t9.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t9.starts_on <= $1::DATE AND (t9.ends_before > $1::DATE OR t9.role IN ('FOUNDED')) AND t9.audience = 'PUBLIC'
          ORDER BY t9.subject_id, t9.id
        ) AS t10
        WHERE t8.kind = 'EXPERT' AND t8.audience = 'PUBLIC' AND t8.id = t10.subject_id AND t8.record_status IN ('ACTIVE', 'INACTIVE')
        ORDER BY t10.subject_id ASC, t10.id ASC
        LIMIT 3
      ) AS t11
    ), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t5.slug AS n_slug, t5.id AS n_id
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'COMPANY' AND t5.audience = 'PUBLIC' AND t6.object_id = t4.n_id AND t6.role IN ('TENANT_OF') AND t5.id = t6.subject_id AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC' AND t5.record_status IN ('ACTIVE', 'INACTIVE')
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
