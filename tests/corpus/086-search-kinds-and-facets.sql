-- $1 = karachi works
-- $2 = ['ZONE', 'MEETING', 'AGREEMENT']
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t4, search_names($1::TEXT, $2::TEXT[], 1000) AS t5(entity_id, score, matched)
      WHERE t4.audience = 'PUBLIC' AND t4.id = t5.entity_id AND t4.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t6
  ), ',"kinds":[', (
    SELECT string_agg(concat('{"kind":"', t9.k0, '","count":', CAST(t9.cnt AS TEXT), '}'), ',') AS string_agg_1
    FROM (
      SELECT t7.kind AS k0, count(*) AS cnt
      FROM entity AS t7, search_names($1::TEXT, $2::TEXT[], 1000) AS t8(entity_id, score, matched)
      WHERE t7.audience = 'PUBLIC' AND t7.id = t8.entity_id AND t7.record_status IN ('ACTIVE', 'INACTIVE')
      GROUP BY 1
      ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST
      LIMIT 20
    ) AS t9
  ), '],"nodes":[', string_agg(concat('{"kind":"', CAST(t3.n_kind AS TEXT), '","slug":', to_json(t3.n_slug), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.kind AS n_kind, t1.slug AS n_slug
    FROM entity AS t1, search_names($1::TEXT, $2::TEXT[], 1000) AS t2(entity_id, score, matched)
    WHERE t1.audience = 'PUBLIC' AND t1.id = t2.entity_id AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t2.score DESC, t1.id ASC
    LIMIT 10
  ) AS t3
)) AS r0
