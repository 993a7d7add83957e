SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"name":', to_json(t2.n_name), '}'), ','), '],"pageInfo":{"endCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, '1ac04565', CAST((array_agg(t2.c_0))[least(2, count(*))] AS TEXT), CAST((array_agg(t2.c_1))[least(2, count(*))] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, '}}') AS concat_1
  FROM (
    SELECT t1.name AS n_name, t1.name AS c_0, t1.id AS c_1
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.name DESC, t1.id DESC
    LIMIT 2
  ) AS t2
)) AS r0
