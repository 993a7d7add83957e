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
), (
  SELECT concat('{"__typename":"Assertion","id":"', CAST(t4.id AS TEXT), '"}') AS concat_4
  FROM assertion AS t4
  WHERE t4.id = $1::UUID AND t4.audience = 'PUBLIC' AND t4.field = upper(t4.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t5
    WHERE t5.id = t4.entity_id AND t5.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"__typename":"Licence","id":"', CAST(t6.id AS TEXT), '"}') AS concat_5
  FROM licence AS t6
  WHERE t6.id = $1::UUID AND t6.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive","id":"', CAST(t7.id AS TEXT), '"}') AS concat_6
  FROM incentive AS t7
  WHERE t7.id = $1::UUID AND t7.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound","id":"', CAST(t8.id AS TEXT), '"}') AS concat_7
  FROM funding_round AS t8
  WHERE t8.id = $1::UUID AND t8.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic","id":"', CAST(t9.id AS TEXT), '"}') AS concat_8
  FROM export_statistic AS t9
  WHERE t9.id = $1::UUID AND t9.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive","id":"', CAST(t10.id AS TEXT), '"}') AS concat_9
  FROM directive AS t10
  WHERE t10.id = $1::UUID AND t10.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment","id":"', CAST(t11.id AS TEXT), '"}') AS concat_10
  FROM commitment AS t11
  WHERE t11.id = $1::UUID AND t11.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill","id":"', CAST(t12.id AS TEXT), '"}') AS concat_11
  FROM skill AS t12
  WHERE t12.id = $1::UUID AND t12.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need","id":"', CAST(t13.id AS TEXT), '"}') AS concat_12
  FROM need AS t13
  WHERE t13.id = $1::UUID AND t13.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t14.kind = 'UNIVERSITY') THEN '"University"' WHEN (t14.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t14.kind = 'COMPANY') THEN '"Company"' WHEN (t14.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t14.kind = 'INVESTOR') THEN '"Investor"' WHEN (t14.kind = 'ZONE') THEN '"Zone"' WHEN (t14.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t14.kind = 'EXPERT') THEN '"Expert"' WHEN (t14.kind = 'PROGRAM') THEN '"Program"' WHEN (t14.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t14.kind = 'MEETING') THEN '"Meeting"' END, ',"id":"', CAST(t14.id AS TEXT), '"}') AS concat_13
  FROM entity AS t14
  WHERE t14.id = $2::UUID AND t14.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation","id":"', CAST(t15.id AS TEXT), '","role":"', CAST(t15.role AS TEXT), '","subject":', coalesce((
    SELECT concat('{"slug":', to_json(t16.slug), '}') AS concat_15
    FROM entity AS t16
    WHERE t16.id = t15.subject_id AND t16.audience = 'PUBLIC'
  ), 'null'), ',"object":', coalesce((
    SELECT concat('{"slug":', to_json(t17.slug), '}') AS concat_16
    FROM entity AS t17
    WHERE t17.id = t15.object_id AND t17.audience = 'PUBLIC'
  ), 'null'), ',"since":', coalesce('"' || CAST(CASE WHEN (t15.starts_on > '-infinity'::date) THEN t15.starts_on END AS TEXT) || '"', 'null'), '}') AS concat_14
  FROM relation AS t15
  WHERE t15.id = $2::UUID AND t15.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","id":"', CAST(t18.id AS TEXT), '"}') AS concat_17
  FROM source AS t18
  WHERE t18.id = $2::UUID AND t18.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Assertion","id":"', CAST(t19.id AS TEXT), '"}') AS concat_18
  FROM assertion AS t19
  WHERE t19.id = $2::UUID AND t19.audience = 'PUBLIC' AND t19.field = upper(t19.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t20
    WHERE t20.id = t19.entity_id AND t20.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"__typename":"Licence","id":"', CAST(t21.id AS TEXT), '"}') AS concat_19
  FROM licence AS t21
  WHERE t21.id = $2::UUID AND t21.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive","id":"', CAST(t22.id AS TEXT), '"}') AS concat_20
  FROM incentive AS t22
  WHERE t22.id = $2::UUID AND t22.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound","id":"', CAST(t23.id AS TEXT), '"}') AS concat_21
  FROM funding_round AS t23
  WHERE t23.id = $2::UUID AND t23.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic","id":"', CAST(t24.id AS TEXT), '"}') AS concat_22
  FROM export_statistic AS t24
  WHERE t24.id = $2::UUID AND t24.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive","id":"', CAST(t25.id AS TEXT), '"}') AS concat_23
  FROM directive AS t25
  WHERE t25.id = $2::UUID AND t25.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment","id":"', CAST(t26.id AS TEXT), '"}') AS concat_24
  FROM commitment AS t26
  WHERE t26.id = $2::UUID AND t26.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill","id":"', CAST(t27.id AS TEXT), '"}') AS concat_25
  FROM skill AS t27
  WHERE t27.id = $2::UUID AND t27.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need","id":"', CAST(t28.id AS TEXT), '"}') AS concat_26
  FROM need AS t28
  WHERE t28.id = $2::UUID AND t28.audience = 'PUBLIC'
), 'null')) AS r1, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t29.kind = 'UNIVERSITY') THEN '"University"' WHEN (t29.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t29.kind = 'COMPANY') THEN '"Company"' WHEN (t29.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t29.kind = 'INVESTOR') THEN '"Investor"' WHEN (t29.kind = 'ZONE') THEN '"Zone"' WHEN (t29.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t29.kind = 'EXPERT') THEN '"Expert"' WHEN (t29.kind = 'PROGRAM') THEN '"Program"' WHEN (t29.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t29.kind = 'MEETING') THEN '"Meeting"' END, '}') AS concat_27
  FROM entity AS t29
  WHERE t29.id = $3::UUID AND t29.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation"}') AS concat_28
  FROM relation AS t30
  WHERE t30.id = $3::UUID AND t30.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","slug":', to_json(t31.slug), ',"publishedOn":', CASE WHEN (t31.published_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t31.published_on AS TEXT), '","precision":', coalesce('"' || CAST(t31.published_on_precision AS TEXT) || '"', 'null'), '}') END, '}') AS concat_29
  FROM source AS t31
  WHERE t31.id = $3::UUID AND t31.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Assertion"}') AS concat_30
  FROM assertion AS t32
  WHERE t32.id = $3::UUID AND t32.audience = 'PUBLIC' AND t32.field = upper(t32.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t33
    WHERE t33.id = t32.entity_id AND t33.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"__typename":"Licence"}') AS concat_31
  FROM licence AS t34
  WHERE t34.id = $3::UUID AND t34.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive"}') AS concat_32
  FROM incentive AS t35
  WHERE t35.id = $3::UUID AND t35.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound"}') AS concat_33
  FROM funding_round AS t36
  WHERE t36.id = $3::UUID AND t36.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic"}') AS concat_34
  FROM export_statistic AS t37
  WHERE t37.id = $3::UUID AND t37.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive"}') AS concat_35
  FROM directive AS t38
  WHERE t38.id = $3::UUID AND t38.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment"}') AS concat_36
  FROM commitment AS t39
  WHERE t39.id = $3::UUID AND t39.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill"}') AS concat_37
  FROM skill AS t40
  WHERE t40.id = $3::UUID AND t40.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need"}') AS concat_38
  FROM need AS t41
  WHERE t41.id = $3::UUID AND t41.audience = 'PUBLIC'
), 'null')) AS r2, concat(coalesce((
  SELECT concat('{"id":"', CAST(t42.id AS TEXT), '"}') AS concat_39
  FROM entity AS t42
  WHERE t42.id = $4::UUID AND t42.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t43.id AS TEXT), '"}') AS concat_40
  FROM relation AS t43
  WHERE t43.id = $4::UUID AND t43.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t44.id AS TEXT), '"}') AS concat_41
  FROM source AS t44
  WHERE t44.id = $4::UUID AND t44.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t45.id AS TEXT), '"}') AS concat_42
  FROM assertion AS t45
  WHERE t45.id = $4::UUID AND t45.audience = 'PUBLIC' AND t45.field = upper(t45.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t46
    WHERE t46.id = t45.entity_id AND t46.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"id":"', CAST(t47.id AS TEXT), '"}') AS concat_43
  FROM licence AS t47
  WHERE t47.id = $4::UUID AND t47.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t48.id AS TEXT), '"}') AS concat_44
  FROM incentive AS t48
  WHERE t48.id = $4::UUID AND t48.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t49.id AS TEXT), '"}') AS concat_45
  FROM funding_round AS t49
  WHERE t49.id = $4::UUID AND t49.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t50.id AS TEXT), '"}') AS concat_46
  FROM export_statistic AS t50
  WHERE t50.id = $4::UUID AND t50.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t51.id AS TEXT), '"}') AS concat_47
  FROM directive AS t51
  WHERE t51.id = $4::UUID AND t51.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t52.id AS TEXT), '"}') AS concat_48
  FROM commitment AS t52
  WHERE t52.id = $4::UUID AND t52.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t53.id AS TEXT), '"}') AS concat_49
  FROM skill AS t53
  WHERE t53.id = $4::UUID AND t53.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t54.id AS TEXT), '"}') AS concat_50
  FROM need AS t54
  WHERE t54.id = $4::UUID AND t54.audience = 'PUBLIC'
), 'null')) AS r3
