SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"studentCount":', coalesce(CAST(t2.n_student_count AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.student_count AS n_student_count
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.student_count ASC NULLS FIRST, t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"studentCount":', coalesce(CAST(t4.n_student_count AS TEXT), 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.student_count AS n_student_count
    FROM entity AS t3
    WHERE t3.kind = 'UNIVERSITY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t3.student_count DESC NULLS LAST, t3.id DESC
    LIMIT 25
  ) AS t4
)) AS r1
