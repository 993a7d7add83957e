SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"name":', to_json(t2.n_name), '}'), ',') FILTER (WHERE t2.rn <= 2), '],"pageInfo":{"endCursor":', coalesce('"' || max(translate(encode(convert_to(CAST(json_build_array(1, '1ac04565', t2.c_0, t2.c_1) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_')) FILTER (WHERE t2.rn = least(2, t2.cnt)) || '"', 'null'), '}}') AS concat_1
  FROM (
    SELECT t3.*, row_number() OVER () AS rn, count(*) OVER () AS cnt
    FROM (
      SELECT t1.name AS n_name, CAST(t1.name AS TEXT) AS c_0, CAST(t1.id AS TEXT) AS c_1
      FROM entity AS t1
      WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t1.name DESC, t1.id DESC
      LIMIT 2
    ) AS t3
  ) AS t2
)) AS r0
