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
), (
  SELECT concat('{"id":"', CAST(t6.id AS TEXT), '"}') AS concat_6
  FROM assertion AS t6
  WHERE t6.id = $3::UUID AND t6.audience = 'PUBLIC' AND t6.field = upper(t6.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t7
    WHERE t7.id = t6.entity_id AND t7.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"id":"', CAST(t8.id AS TEXT), '"}') AS concat_7
  FROM import_job AS t8
  WHERE t8.id = $3::UUID AND t8.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t9.id AS TEXT), '"}') AS concat_8
  FROM dispute AS t9
  WHERE false
), (
  SELECT concat('{"id":"', CAST(t10.id AS TEXT), '"}') AS concat_9
  FROM correction AS t10
  WHERE false
), (
  SELECT concat('{"id":"', CAST(t11.id AS TEXT), '"}') AS concat_10
  FROM licence AS t11
  WHERE t11.id = $3::UUID AND t11.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t12.id AS TEXT), '"}') AS concat_11
  FROM incentive AS t12
  WHERE t12.id = $3::UUID AND t12.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t13.id AS TEXT), '"}') AS concat_12
  FROM funding_round AS t13
  WHERE t13.id = $3::UUID AND t13.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t14.id AS TEXT), '"}') AS concat_13
  FROM export_statistic AS t14
  WHERE t14.id = $3::UUID AND t14.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t15.id AS TEXT), '"}') AS concat_14
  FROM directive AS t15
  WHERE t15.id = $3::UUID AND t15.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t16.id AS TEXT), '"}') AS concat_15
  FROM commitment AS t16
  WHERE t16.id = $3::UUID AND t16.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t17.id AS TEXT), '"}') AS concat_16
  FROM skill AS t17
  WHERE t17.id = $3::UUID AND t17.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t18.id AS TEXT), '"}') AS concat_17
  FROM need AS t18
  WHERE t18.id = $3::UUID AND t18.audience = 'PUBLIC'
), 'null')) AS r2
