-- $1 = ['AI', 'FINTECH']
-- $2 = company-0
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"code":', to_json(t2.n_code), ',"label":', to_json(t2.n_label), ',"isic":', coalesce(CAST(array_to_json(t2.n_isic) AS TEXT), '[]'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.code AS n_code, t1.label AS n_label, t1.isic AS n_isic
    FROM vertical AS t1
    WHERE t1.code = any($1::TEXT[])
    ORDER BY t1.code ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat(coalesce((
  SELECT concat('{"verticals":', coalesce(CAST(array_to_json(t3.verticals) AS TEXT), '[]'), ',"verticalDetails":[', (
    SELECT string_agg(t5.item, ',') AS string_agg_1
    FROM (
      SELECT concat('{"code":', to_json(t4.code), ',"label":', to_json(t4.label), '}') AS item
      FROM vertical AS t4
      WHERE t4.code = any(t3.verticals)
      ORDER BY t4.code
    ) AS t5
  ), ']}') AS concat_2
  FROM entity AS t3
  WHERE t3.slug = $2::TEXT AND t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC'
), 'null')) AS r1
