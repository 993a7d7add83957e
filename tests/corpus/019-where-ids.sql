-- $1 = [UUID('00000000-0000-7000-8000-000000001771'), UUID('00000000-0000-7000-8000-000000001772')]
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"id":"', CAST(t2.n_id AS TEXT), '","slug":', to_json(t2.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.id AS n_id, t1.slug AS n_slug
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.id = any($1::UUID[])
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
