-- $1 = PK
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"code":', to_json(t2.n_code), ',"name":', to_json(t2.n_name), ',"regions":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
      FROM (
        SELECT 1 AS one
        FROM region AS t5
        WHERE t5.parent_code = t2.n_code AND true
        LIMIT 10001
      ) AS t6
    ), ',"nodes":[', string_agg(concat('{"code":', to_json(t4.n_code), ',"name":', to_json(t4.n_name), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t3.code AS n_code, t3.name AS n_name
      FROM region AS t3
      WHERE t3.parent_code = t2.n_code AND true
      ORDER BY t3.name DESC, t3.code DESC
      LIMIT 3
    ) AS t4
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.code AS n_code, t1.name AS n_name
    FROM region AS t1
    WHERE t1.code = $1::TEXT
    ORDER BY t1.code ASC
    LIMIT 25
  ) AS t2
)) AS r0
