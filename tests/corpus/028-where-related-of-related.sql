-- $1 = 2021-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t8.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM relation AS t2, entity AS t3
      WHERE t2.object_id = t1.id AND t3.id = t2.subject_id AND t2.role IN ('TENANT_OF') AND t2.starts_on <= $1::DATE AND t2.ends_before > $1::DATE AND t2.audience = 'PUBLIC' AND t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
        SELECT 1
        FROM relation AS t4, entity AS t5
        WHERE t4.object_id = t3.id AND t5.id = t4.subject_id AND t4.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t4.starts_on <= $1::DATE AND (t4.ends_before > $1::DATE OR t4.role IN ('FOUNDED')) AND t4.audience = 'PUBLIC' AND t5.kind = 'EXPERT' AND t5.audience = 'PUBLIC' AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
          SELECT 1
          FROM relation AS t6, entity AS t7
          WHERE t6.subject_id = t5.id AND t7.id = t6.object_id AND t6.role IN ('STUDIED_AT') AND t6.starts_on <= $1::DATE AND t6.audience = 'PUBLIC' AND t7.kind = 'UNIVERSITY' AND t7.audience = 'PUBLIC' AND t7.record_status IN ('ACTIVE', 'INACTIVE') AND true
        ))
      ))
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t8
)) AS r0
