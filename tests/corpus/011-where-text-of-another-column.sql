-- $1 = quote
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"subject":', coalesce(CAST(to_json(t2.n_subject) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.subject AS n_subject
    FROM entity AS t1
    WHERE t1.kind = 'MEETING' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND common.fold(t1.subject) LIKE ('%' || common.fold($1::TEXT) || '%')
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
