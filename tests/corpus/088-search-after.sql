-- $1 = karachi works
-- $2 = 0.94666666
-- $3 = 00000000-0000-7000-8000-000000001779
SELECT concat((
  SELECT concat('{"edges":[', string_agg(concat('{"node":{"slug":', to_json(t3.n_slug), '}}'), ',') FILTER (WHERE t3.rn <= 2), '],"pageInfo":{"hasNextPage":', CASE WHEN (count(*) > 2) THEN 'true' ELSE 'false' END, ',"hasPreviousPage":true}}') AS concat_1
  FROM (
    SELECT t4.*, row_number() OVER () AS rn
    FROM (
      SELECT t1.slug AS n_slug
      FROM entity AS t1, search_names($1::TEXT, NULL::text[], 1000) AS t2(entity_id, score, matched)
      WHERE t1.audience = 'PUBLIC' AND t1.id = t2.entity_id AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (t2.score < $2::FLOAT OR t2.score IS NULL OR t2.score = $2::FLOAT AND (t1.id > $3::UUID OR t1.id IS NULL))
      ORDER BY t2.score DESC, t1.id ASC
      LIMIT 3
    ) AS t4
  ) AS t3
)) AS r0
