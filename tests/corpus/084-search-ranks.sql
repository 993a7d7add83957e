-- $1 = karachi university
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t4, search_names($1::TEXT, NULL::text[], 1000) AS t5(entity_id, score, matched)
      WHERE t4.audience = 'PUBLIC' AND t4.id = t5.entity_id AND t4.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t6
  ), ',"edges":[', string_agg(concat('{"matched":', to_json(t3.x_matched), ',"score":', CAST(t3.x_score AS TEXT), ',"node":{"__typename":', CASE WHEN (t3.n_kind = 'UNIVERSITY') THEN '"University"' WHEN (t3.n_kind = 'INSTITUTION') THEN '"Institution"' WHEN (t3.n_kind = 'COMPANY') THEN '"Company"' WHEN (t3.n_kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t3.n_kind = 'INVESTOR') THEN '"Investor"' WHEN (t3.n_kind = 'ZONE') THEN '"Zone"' WHEN (t3.n_kind = 'CLUSTER') THEN '"Cluster"' WHEN (t3.n_kind = 'EXPERT') THEN '"Expert"' WHEN (t3.n_kind = 'PROGRAM') THEN '"Program"' WHEN (t3.n_kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t3.n_kind = 'MEETING') THEN '"Meeting"' END, ',"slug":', to_json(t3.n_slug), ',"name":', to_json(t3.n_name), '}}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.kind AS n_kind, t1.slug AS n_slug, t1.name AS n_name, t2.matched AS x_matched, t2.score AS x_score
    FROM entity AS t1, search_names($1::TEXT, NULL::text[], 1000) AS t2(entity_id, score, matched)
    WHERE t1.audience = 'PUBLIC' AND t1.id = t2.entity_id AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t2.score DESC, t1.id ASC
    LIMIT 5
  ) AS t3
)) AS r0
