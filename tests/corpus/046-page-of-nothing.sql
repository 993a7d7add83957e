-- $1 = no such name
SELECT concat((
  SELECT concat('{"edges":[', string_agg(concat('{"cursor":"', translate(encode(convert_to(CAST(json_build_array(1, 'ca527d44', CAST(t2.c_0 AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"}'), ',') FILTER (WHERE t2.rn <= 25), '],"nodes":[', string_agg(concat('{"id":"', CAST(t2.n_id AS TEXT), '"}'), ',') FILTER (WHERE t2.rn <= 25), '],"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t3
      WHERE t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND t3.name = $1::TEXT
      LIMIT 10001
    ) AS t4
  ), ',"pageInfo":{"hasNextPage":', CASE WHEN (count(*) > 25) THEN 'true' ELSE 'false' END, ',"hasPreviousPage":false,"startCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, 'ca527d44', CAST((array_agg(t2.c_0))[1] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, ',"endCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, 'ca527d44', CAST((array_agg(t2.c_0))[least(25, count(*))] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, '}}') AS concat_1
  FROM (
    SELECT t5.*, row_number() OVER () AS rn
    FROM (
      SELECT t1.id AS n_id, t1.id AS c_0
      FROM entity AS t1
      WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.name = $1::TEXT
      ORDER BY t1.id ASC
      LIMIT 26
    ) AS t5
  ) AS t2
)) AS r0
