SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"studentCount":', coalesce(CAST(t2.n_student_count AS TEXT), 'null'), ',"isFunder":', CAST(t2.n_is_funder AS TEXT), ',"kind":"', CAST(t2.n_kind AS TEXT), '"}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.student_count AS n_student_count, t1.is_funder AS n_is_funder, t1.kind AS n_kind
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 1
  ) AS t2
)) AS r0
