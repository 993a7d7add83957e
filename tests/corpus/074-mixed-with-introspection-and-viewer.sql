-- $1 = 00000000-0000-7000-8000-0000000000a1
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND (t1.audience = 'PUBLIC' OR t1.audience = 'PARTNERS' OR (t1.owner_id = $1::UUID) IS true) AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 1
  ) AS t2
)) AS r0, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
  FROM (
    SELECT 1 AS one
    FROM entity AS t3
    WHERE t3.kind = 'COMPANY' AND (t3.audience = 'PUBLIC' OR t3.audience = 'PARTNERS' OR (t3.owner_id = $1::UUID) IS true) AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    LIMIT 10001
  ) AS t4
), '}')) AS r1
