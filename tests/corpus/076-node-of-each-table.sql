-- $1 = 00000000-0000-7000-8000-000000001772
-- $2 = 00000000-0000-7000-8000-0000000dbdba
-- $3 = 00000000-0000-7000-8000-000000000001
-- $4 = 00000000-0000-7000-8000-ffffffffffff
SELECT concat(coalesce((
  SELECT concat('{', substr(concat(',"__typename":', CASE WHEN (t1.kind = 'UNIVERSITY') THEN '"University"' WHEN (t1.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t1.kind = 'COMPANY') THEN '"Company"' WHEN (t1.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t1.kind = 'INVESTOR') THEN '"Investor"' WHEN (t1.kind = 'ZONE') THEN '"Zone"' WHEN (t1.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t1.kind = 'EXPERT') THEN '"Expert"' WHEN (t1.kind = 'PROGRAM') THEN '"Program"' WHEN (t1.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t1.kind = 'MEETING') THEN '"Meeting"' END, ',"id":"', CAST(t1.id AS TEXT), '"', CASE WHEN (t1.kind IN ('ZONE')) THEN concat(',"slug":', to_json(t1.slug)) ELSE '' END), 2), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.id = $1::UUID AND t1.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation","id":"', CAST(t2.id AS TEXT), '"}') AS concat_2
  FROM relation AS t2
  WHERE t2.id = $1::UUID AND t2.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","id":"', CAST(t3.id AS TEXT), '"}') AS concat_3
  FROM source AS t3
  WHERE t3.id = $1::UUID AND t3.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t4.kind = 'UNIVERSITY') THEN '"University"' WHEN (t4.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t4.kind = 'COMPANY') THEN '"Company"' WHEN (t4.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t4.kind = 'INVESTOR') THEN '"Investor"' WHEN (t4.kind = 'ZONE') THEN '"Zone"' WHEN (t4.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t4.kind = 'EXPERT') THEN '"Expert"' WHEN (t4.kind = 'PROGRAM') THEN '"Program"' WHEN (t4.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t4.kind = 'MEETING') THEN '"Meeting"' END, ',"id":"', CAST(t4.id AS TEXT), '"}') AS concat_4
  FROM entity AS t4
  WHERE t4.id = $2::UUID AND t4.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation","id":"', CAST(t5.id AS TEXT), '","role":"', CAST(t5.role AS TEXT), '","subject":', coalesce((
    SELECT concat('{"slug":', to_json(t6.slug), '}') AS concat_6
    FROM entity AS t6
    WHERE t6.id = t5.subject_id AND t6.audience = 'PUBLIC'
  ), 'null'), ',"object":', coalesce((
    SELECT concat('{"slug":', to_json(t7.slug), '}') AS concat_7
    FROM entity AS t7
    WHERE t7.id = t5.object_id AND t7.audience = 'PUBLIC'
  ), 'null'), ',"since":', coalesce('"' || CAST(CASE WHEN (t5.starts_on > '-infinity'::date) THEN t5.starts_on END AS TEXT) || '"', 'null'), '}') AS concat_5
  FROM relation AS t5
  WHERE t5.id = $2::UUID AND t5.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","id":"', CAST(t8.id AS TEXT), '"}') AS concat_8
  FROM source AS t8
  WHERE t8.id = $2::UUID AND t8.audience = 'PUBLIC'
), 'null')) AS r1, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t9.kind = 'UNIVERSITY') THEN '"University"' WHEN (t9.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t9.kind = 'COMPANY') THEN '"Company"' WHEN (t9.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t9.kind = 'INVESTOR') THEN '"Investor"' WHEN (t9.kind = 'ZONE') THEN '"Zone"' WHEN (t9.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t9.kind = 'EXPERT') THEN '"Expert"' WHEN (t9.kind = 'PROGRAM') THEN '"Program"' WHEN (t9.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t9.kind = 'MEETING') THEN '"Meeting"' END, '}') AS concat_9
  FROM entity AS t9
  WHERE t9.id = $3::UUID AND t9.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation"}') AS concat_10
  FROM relation AS t10
  WHERE t10.id = $3::UUID AND t10.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","slug":', to_json(t11.slug), ',"publishedOn":', CASE WHEN (t11.published_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t11.published_on AS TEXT), '","precision":', coalesce('"' || CAST(t11.published_on_precision AS TEXT) || '"', 'null'), '}') END, '}') AS concat_11
  FROM source AS t11
  WHERE t11.id = $3::UUID AND t11.audience = 'PUBLIC'
), 'null')) AS r2, concat(coalesce((
  SELECT concat('{"id":"', CAST(t12.id AS TEXT), '"}') AS concat_12
  FROM entity AS t12
  WHERE t12.id = $4::UUID AND t12.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t13.id AS TEXT), '"}') AS concat_13
  FROM relation AS t13
  WHERE t13.id = $4::UUID AND t13.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t14.id AS TEXT), '"}') AS concat_14
  FROM source AS t14
  WHERE t14.id = $4::UUID AND t14.audience = 'PUBLIC'
), 'null')) AS r3
