-- $1 = 00000000-0000-7000-8000-0000000003e8
-- $2 = university-0
-- $3 = ROR
-- $4 = 05bbbc791
-- $5 = 05bbbc791
-- $6 = WIKIDATA
-- $7 = Q1135027
SELECT concat(coalesce((
  SELECT concat('{"slug":', to_json(t1.slug), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.id = $1::UUID AND t1.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"slug":', to_json(t2.slug), '}') AS concat_2
  FROM entity AS t2
  WHERE t2.slug = $2::TEXT AND t2.audience = 'PUBLIC'
), 'null')) AS r1, concat(coalesce((
  SELECT concat('{"slug":', to_json(t3.slug), ',"kind":"', CAST(t3.kind AS TEXT), '"}') AS concat_3
  FROM entity AS t3
  WHERE t3.id = (
    SELECT t4.entity_id
    FROM identifier AS t4
    WHERE t4.scheme = $3::TEXT AND t4.value = $4::TEXT
    ORDER BY t4.is_active DESC, t4.entity_id
    LIMIT 1
  ) AND coalesce(t3.identifiers_audience, 'PUBLIC') = 'PUBLIC' AND t3.audience = 'PUBLIC'
), 'null')) AS r2, concat(coalesce((
  SELECT concat('{"slug":', to_json(t5.slug), '}') AS concat_4
  FROM entity AS t5
  WHERE t5.id = (
    SELECT t6.entity_id
    FROM identifier AS t6
    WHERE t6.scheme = $3::TEXT AND t6.value = $5::TEXT
    ORDER BY t6.is_active DESC, t6.entity_id
    LIMIT 1
  ) AND t5.kind = 'UNIVERSITY' AND t5.audience = 'PUBLIC'
), 'null')) AS r3, concat(coalesce((
  SELECT concat('{"slug":', to_json(t7.slug), '}') AS concat_5
  FROM entity AS t7
  WHERE t7.id = (
    SELECT t8.entity_id
    FROM identifier AS t8
    WHERE t8.scheme = $6::TEXT AND t8.value = $7::TEXT
    ORDER BY t8.is_active DESC, t8.entity_id
    LIMIT 1
  ) AND t7.kind = 'UNIVERSITY' AND t7.audience = 'PUBLIC'
), 'null')) AS r4
