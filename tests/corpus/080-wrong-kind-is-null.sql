-- $1 = university-0
-- $2 = 00000000-0000-7000-8000-0000000003e8
-- $3 = ROR
-- $4 = 05bbbc791
SELECT concat(coalesce((
  SELECT concat('{"slug":', to_json(t1.slug), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $1::TEXT AND t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"slug":', to_json(t2.slug), '}') AS concat_2
  FROM entity AS t2
  WHERE t2.id = $2::UUID AND t2.kind = 'ZONE' AND t2.audience = 'PUBLIC'
), 'null')) AS r1, concat(coalesce((
  SELECT concat('{"slug":', to_json(t3.slug), '}') AS concat_3
  FROM entity AS t3
  WHERE t3.id = (
    SELECT t4.entity_id
    FROM identifier AS t4
    WHERE t4.scheme = $3::TEXT AND t4.value = $4::TEXT
    ORDER BY t4.is_active DESC, t4.entity_id
    LIMIT 1
  ) AND t3.kind = 'INVESTOR' AND t3.audience = 'PUBLIC'
), 'null')) AS r2
