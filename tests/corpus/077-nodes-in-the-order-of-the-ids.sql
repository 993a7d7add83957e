-- $1 = [UUID('00000000-0000-7000-8000-0000000dbdba'), UUID('00000000-0000-7000-8000-ffffffffffff'), UUID('00000000-0000-7000-8000-000000001772'), UUID('00000000-0000-7000-8000-0000000003e8'), UUID('00000000-0000-7000-8000-000000001772')]
SELECT concat('[', (
  SELECT string_agg(t5.item, ',') AS string_agg_1
  FROM (
    SELECT coalesce((
      SELECT concat('{"__typename":', CASE WHEN (t2.kind = 'UNIVERSITY') THEN '"University"' WHEN (t2.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t2.kind = 'COMPANY') THEN '"Company"' WHEN (t2.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t2.kind = 'INVESTOR') THEN '"Investor"' WHEN (t2.kind = 'ZONE') THEN '"Zone"' WHEN (t2.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t2.kind = 'EXPERT') THEN '"Expert"' WHEN (t2.kind = 'PROGRAM') THEN '"Program"' WHEN (t2.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t2.kind = 'MEETING') THEN '"Meeting"' END, ',"id":"', CAST(t2.id AS TEXT), '","slug":', to_json(t2.slug), '}') AS concat_1
      FROM entity AS t2
      WHERE t2.id = t1.id AND t2.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Relation","id":"', CAST(t3.id AS TEXT), '","role":"', CAST(t3.role AS TEXT), '"}') AS concat_2
      FROM relation AS t3
      WHERE t3.id = t1.id AND t3.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Source","id":"', CAST(t4.id AS TEXT), '"}') AS concat_3
      FROM source AS t4
      WHERE t4.id = t1.id AND t4.audience = 'PUBLIC'
    ), 'null') AS item
    FROM unnest($1::UUID[]) WITH ORDINALITY AS t1(id, place)
    ORDER BY place
  ) AS t5
), ']') AS r0
