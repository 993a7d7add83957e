-- $1 = ['ur', 'fa']
-- $2 = ['ROR']
-- $3 = university-0
SELECT concat(coalesce((
  SELECT concat('{"names":[', (
    SELECT string_agg(t3.item, ',') AS string_agg_1
    FROM (
      SELECT concat('{"value":', to_json(t2.value), ',"lang":', coalesce(CAST(to_json(t2.lang) AS TEXT), 'null'), ',"script":', coalesce(CAST(to_json(t2.script) AS TEXT), 'null'), ',"type":"', CAST(t2.type AS TEXT), '"}') AS item
      FROM entity_name AS t2
      WHERE t2.entity_id = t1.id
      ORDER BY t2.type, t2.lang, t2.value
    ) AS t3
  ), '],"urdu":[', (
    SELECT string_agg(t5.item, ',') AS string_agg_2
    FROM (
      SELECT concat('{"value":', to_json(t4.value), '}') AS item
      FROM entity_name AS t4
      WHERE t4.entity_id = t1.id AND t4.lang = any($1::TEXT[])
      ORDER BY t4.type, t4.lang, t4.value
    ) AS t5
  ), '],"identifiers":[', (
    SELECT string_agg(t7.item, ',') AS string_agg_3
    FROM (
      SELECT concat('{"scheme":"', CAST(t6.scheme AS TEXT), '","value":', to_json(t6.value), '}') AS item
      FROM identifier AS t6
      WHERE t6.entity_id = t1.id
      ORDER BY t6.scheme, t6.value
    ) AS t7
  ), '],"ror":[', (
    SELECT string_agg(t9.item, ',') AS string_agg_4
    FROM (
      SELECT concat('{"value":', to_json(t8.value), '}') AS item
      FROM identifier AS t8
      WHERE t8.entity_id = t1.id AND t8.scheme = any($2::TEXT[])
      ORDER BY t8.scheme, t8.value
    ) AS t9
  ), ']}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $3::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
