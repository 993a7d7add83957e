-- $1 = [UUID('00000000-0000-7000-8000-0000000dbdba'), UUID('00000000-0000-7000-8000-ffffffffffff'), UUID('00000000-0000-7000-8000-000000001772'), UUID('00000000-0000-7000-8000-0000000003e8'), UUID('00000000-0000-7000-8000-000000001772')]
SELECT concat('[', (
  SELECT string_agg(t18.item, ',') AS string_agg_1
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
    ), (
      SELECT concat('{"__typename":"Assertion","id":"', CAST(t5.id AS TEXT), '"}') AS concat_4
      FROM assertion AS t5
      WHERE t5.id = t1.id AND t5.audience = 'PUBLIC' AND t5.field = upper(t5.field) AND (EXISTS (
        SELECT 1
        FROM entity AS t6
        WHERE t6.id = t5.entity_id AND t6.audience = 'PUBLIC'
      ))
    ), (
      SELECT concat('{"__typename":"ImportJob","id":"', CAST(t7.id AS TEXT), '"}') AS concat_5
      FROM import_job AS t7
      WHERE t7.id = t1.id AND t7.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Dispute","id":"', CAST(t8.id AS TEXT), '"}') AS concat_6
      FROM dispute AS t8
      WHERE false
    ), (
      SELECT concat('{"__typename":"Correction","id":"', CAST(t9.id AS TEXT), '"}') AS concat_7
      FROM correction AS t9
      WHERE false
    ), (
      SELECT concat('{"__typename":"Licence","id":"', CAST(t10.id AS TEXT), '"}') AS concat_8
      FROM licence AS t10
      WHERE t10.id = t1.id AND t10.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Incentive","id":"', CAST(t11.id AS TEXT), '"}') AS concat_9
      FROM incentive AS t11
      WHERE t11.id = t1.id AND t11.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"FundingRound","id":"', CAST(t12.id AS TEXT), '"}') AS concat_10
      FROM funding_round AS t12
      WHERE t12.id = t1.id AND t12.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"ExportStatistic","id":"', CAST(t13.id AS TEXT), '"}') AS concat_11
      FROM export_statistic AS t13
      WHERE t13.id = t1.id AND t13.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Directive","id":"', CAST(t14.id AS TEXT), '"}') AS concat_12
      FROM directive AS t14
      WHERE t14.id = t1.id AND t14.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Commitment","id":"', CAST(t15.id AS TEXT), '"}') AS concat_13
      FROM commitment AS t15
      WHERE t15.id = t1.id AND t15.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Skill","id":"', CAST(t16.id AS TEXT), '"}') AS concat_14
      FROM skill AS t16
      WHERE t16.id = t1.id AND t16.audience = 'PUBLIC'
    ), (
      SELECT concat('{"__typename":"Need","id":"', CAST(t17.id AS TEXT), '"}') AS concat_15
      FROM need AS t17
      WHERE t17.id = t1.id AND t17.audience = 'PUBLIC'
    ), 'null') AS item
    FROM unnest($1::UUID[]) WITH ORDINALITY AS t1(id, place)
    ORDER BY place
  ) AS t18
), ']') AS r0
