-- $1 = كراچى
-- $2 = ZURICH strasse
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t3.n_slug), ',"name":', to_json(t3.n_name), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.name AS n_name
    FROM entity AS t1
    WHERE t1.kind = 'GOVERNMENT_BODY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.id IN (
      SELECT t2.id
      FROM entity_ids_named(ARRAY['%' || common.fold($1::TEXT) || '%']) AS t2(id)
    )
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t6.n_slug), ',"name":', to_json(t6.n_name), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t4.slug AS n_slug, t4.name AS n_name
    FROM entity AS t4
    WHERE t4.kind = 'UNIVERSITY' AND t4.audience = 'PUBLIC' AND t4.record_status IN ('ACTIVE', 'INACTIVE') AND t4.id IN (
      SELECT t5.id
      FROM entity_ids_named(ARRAY['%' || common.fold($2::TEXT) || '%']) AS t5(id)
    )
    ORDER BY t4.id ASC
    LIMIT 25
  ) AS t6
)) AS r1
