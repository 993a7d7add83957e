-- $1 = university-11
-- $2 = university-99
-- $3 = 00000000-0000-7000-8000-0000000003f3
SELECT concat(coalesce((
  SELECT concat('{"slug":', to_json(t1.slug), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $1::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"slug":', to_json(t2.slug), '}') AS concat_2
  FROM entity AS t2
  WHERE t2.slug = $2::TEXT AND t2.kind = 'UNIVERSITY' AND t2.audience = 'PUBLIC'
), 'null')) AS r1, concat(coalesce((
  SELECT concat('{"id":"', CAST(t3.id AS TEXT), '"}') AS concat_3
  FROM entity AS t3
  WHERE t3.id = $3::UUID AND t3.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t4.id AS TEXT), '"}') AS concat_4
  FROM relation AS t4
  WHERE t4.id = $3::UUID AND t4.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t5.id AS TEXT), '"}') AS concat_5
  FROM source AS t5
  WHERE t5.id = $3::UUID AND t5.audience = 'PUBLIC'
), 'null')) AS r2
