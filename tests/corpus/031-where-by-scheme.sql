-- $1 = WIKIDATA
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t3.n_slug), ',"identifiers":[', (
    SELECT string_agg(t5.item, ',') AS string_agg_1
    FROM (
      SELECT concat('{"scheme":"', CAST(t4.scheme AS TEXT), '","value":', to_json(t4.value), ',"isActive":', CAST(t4.is_active AS TEXT), '}') AS item
      FROM identifier AS t4
      WHERE t4.entity_id = t3.n_id
      ORDER BY t4.scheme, t4.value
    ) AS t5
  ), ']}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.id AS n_id
    FROM entity AS t1
    WHERE t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (EXISTS (
      SELECT 1
      FROM identifier AS t2
      WHERE t2.entity_id = t1.id AND t2.scheme = $1::TEXT
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0
