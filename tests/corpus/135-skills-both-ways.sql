SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"scheme":"', CAST(t2.n_scheme AS TEXT), '","code":', to_json(t2.n_code), ',"label":', to_json(t2.n_label), ',"broader":', coalesce((
    SELECT concat('{"code":', to_json(t3.code), '}') AS concat_2
    FROM skill AS t3
    WHERE t3.id = t2.n_broader_id AND t3.audience = 'PUBLIC'
  ), 'null'), ',"narrower":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
      FROM (
        SELECT 1 AS one
        FROM skill AS t6
        WHERE t6.audience = 'PUBLIC' AND t6.broader_id = t2.n_id AND true
        LIMIT 10001
      ) AS t7
    ), ',"nodes":[', string_agg(concat('{"code":', to_json(t5.n_code), '}'), ','), ']}') AS concat_3
    FROM (
      SELECT t4.code AS n_code
      FROM skill AS t4
      WHERE t4.audience = 'PUBLIC' AND t4.broader_id = t2.n_id AND true
      ORDER BY t4.id ASC
      LIMIT 2
    ) AS t5
  ), ',"experts":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
      FROM (
        SELECT 1 AS one
        FROM expert_skill AS t10
        WHERE t10.audience = 'PUBLIC' AND t10.skill_id = t2.n_id AND true
        LIMIT 10001
      ) AS t11
    ), ',"nodes":[', string_agg(concat('{"level":', coalesce('"' || CAST(t9.n_level AS TEXT) || '"', 'null'), ',"expert":', coalesce((
      SELECT concat('{"slug":', to_json(t12.slug), '}') AS concat_5
      FROM entity AS t12
      WHERE t12.id = t9.n_expert_id AND t12.kind = 'EXPERT' AND t12.audience = 'PUBLIC'
    ), 'null'), '}'), ','), ']}') AS concat_4
    FROM (
      SELECT t8.level AS n_level, t8.expert_id AS n_expert_id
      FROM expert_skill AS t8
      WHERE t8.audience = 'PUBLIC' AND t8.skill_id = t2.n_id AND true
      ORDER BY t8.id ASC
      LIMIT 2
    ) AS t9
  ), ',"needs":', (
    SELECT concat('{"nodes":[', string_agg(concat('{"need":', coalesce((
      SELECT concat('{"title":', to_json(t15.title), '}') AS concat_7
      FROM need AS t15
      WHERE t15.id = t14.n_need_id AND t15.audience = 'PUBLIC'
    ), 'null'), '}'), ','), ']}') AS concat_6
    FROM (
      SELECT t13.need_id AS n_need_id
      FROM need_skill AS t13
      WHERE t13.audience = 'PUBLIC' AND t13.skill_id = t2.n_id AND true
      ORDER BY t13.id ASC
      LIMIT 2
    ) AS t14
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.scheme AS n_scheme, t1.code AS n_code, t1.label AS n_label, t1.broader_id AS n_broader_id, t1.id AS n_id
    FROM skill AS t1
    WHERE t1.audience = 'PUBLIC' AND true
    ORDER BY t1.code ASC, t1.id ASC
    LIMIT 5
  ) AS t2
)) AS r0
