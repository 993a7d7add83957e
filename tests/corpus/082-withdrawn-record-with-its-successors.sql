-- $1 = 2023-01-01
-- $2 = government-body-8
SELECT concat(coalesce((
  SELECT concat('{"recordStatus":"', CAST(t1.record_status AS TEXT), '","successors":', (
    SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug
      FROM entity AS t2, relation AS t3
      WHERE t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('SUCCEEDS') AND t3.starts_on <= $1::DATE AND t3.audience = 'PUBLIC' AND t2.id = t3.subject_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t3.subject_id ASC, t3.id ASC
      LIMIT 10
    ) AS t4
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'GOVERNMENT_BODY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
