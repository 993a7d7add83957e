SELECT concat((
  SELECT concat('{"edges":[', string_agg(concat('{"cursor":"', translate(encode(convert_to(CAST(json_build_array(1, 'ca527d44', CAST(t2.c_0 AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '","node":{"slug":', to_json(t2.n_slug), '}}'), ','
  ORDER BY t2.rn DESC) FILTER (WHERE t2.rn <= 2), '],"pageInfo":{"hasNextPage":false,"hasPreviousPage":', CASE WHEN (count(*) > 2) THEN 'true' ELSE 'false' END, ',"startCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, 'ca527d44', CAST((array_agg(t2.c_0))[least(2, count(*))] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, ',"endCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, 'ca527d44', CAST((array_agg(t2.c_0))[1] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, '}}') AS concat_1
  FROM (
    SELECT t3.*, row_number() OVER () AS rn
    FROM (
      SELECT t1.slug AS n_slug, t1.id AS c_0
      FROM entity AS t1
      WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t1.id DESC
      LIMIT 3
    ) AS t3
  ) AS t2
)) AS r0
