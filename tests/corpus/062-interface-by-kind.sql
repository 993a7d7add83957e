-- $1 = zone-9
SELECT concat(coalesce((
  SELECT concat('{"developers":', (
    SELECT concat('{"nodes":[', string_agg(concat('{', substr(concat(',"__typename":', CASE WHEN (t4.n_kind = 'UNIVERSITY') THEN '"University"' WHEN (t4.n_kind = 'INSTITUTION') THEN '"Institution"' WHEN (t4.n_kind = 'COMPANY') THEN '"Company"' WHEN (t4.n_kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t4.n_kind = 'INVESTOR') THEN '"Investor"' END, ',"slug":', to_json(t4.n_slug), ',"isFunder":', CAST(t4.n_is_funder AS TEXT), CASE WHEN (t4.n_kind IN ('COMPANY')) THEN concat(',"sizeClass":', coalesce('"' || CAST(t4.n_size_class AS TEXT) || '"', 'null')) ELSE '' END, CASE WHEN (t4.n_kind IN ('UNIVERSITY')) THEN concat(',"studentCount":', coalesce(CAST(t4.n_student_count AS TEXT), 'null')) ELSE '' END), 2), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.kind AS n_kind, t2.slug AS n_slug, t2.is_funder AS n_is_funder, t2.size_class AS n_size_class, t2.student_count AS n_student_count
      FROM entity AS t2, relation AS t3
      WHERE t2.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('DEVELOPS') AND t3.audience = 'PUBLIC' AND t2.id = t3.subject_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t3.subject_id ASC, t3.id ASC
      LIMIT 10
    ) AS t4
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $1::TEXT AND t1.kind = 'ZONE' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
