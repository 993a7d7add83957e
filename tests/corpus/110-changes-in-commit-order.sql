SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"verb":"', CAST(t2.n_verb AS TEXT), '","kind":"', CAST(t2.n_kind AS TEXT), '","recordId":"', CAST(t2.n_record_id AS TEXT), '","entity":', coalesce((
    SELECT concat('{"slug":', to_json(t3.slug), '}') AS concat_2
    FROM entity AS t3
    WHERE t3.id = t2.n_record_id AND t3.audience = 'PUBLIC'
  ), 'null'), ',"relation":', coalesce((
    SELECT concat('{"id":"', CAST(t4.id AS TEXT), '"}') AS concat_3
    FROM relation AS t4
    WHERE t4.id = t2.n_record_id AND t4.audience = 'PUBLIC'
  ), 'null'), '}'), ',') FILTER (WHERE t2.rn <= 3), '],"pageInfo":{"hasNextPage":', CASE WHEN (count(*) > 3) THEN 'true' ELSE 'false' END, ',"hasPreviousPage":false}}') AS concat_1
  FROM (
    SELECT t5.*, row_number() OVER () AS rn
    FROM (
      SELECT t1.verb AS n_verb, t1.kind AS n_kind, t1.record_id AS n_record_id
      FROM change AS t1
      WHERE t1.audience = 'PUBLIC' AND t1.xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint AND true
      ORDER BY t1.xid ASC, t1.seq ASC
      LIMIT 4
    ) AS t5
  ) AS t2
)) AS r0
