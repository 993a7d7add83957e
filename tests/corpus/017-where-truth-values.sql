-- $1 = True
-- $2 = True
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"isFunder":', CAST(t2.n_is_funder AS TEXT), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.is_funder AS n_is_funder
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.is_funder = $1::BOOLEAN
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"isFreelancer":', coalesce(CAST(t4.n_is_freelancer AS TEXT), 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.is_freelancer AS n_is_freelancer
    FROM entity AS t3
    WHERE t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.is_freelancer IS DISTINCT
    FROM $2::BOOLEAN
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1
