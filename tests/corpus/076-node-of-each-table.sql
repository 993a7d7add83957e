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
  SELECT concat('{"__typename":"ImportJob","id":"', CAST(t6.id AS TEXT), '"}') AS concat_5
  FROM import_job AS t6
  WHERE t6.id = $1::UUID AND t6.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Licence","id":"', CAST(t7.id AS TEXT), '"}') AS concat_6
  FROM licence AS t7
  WHERE t7.id = $1::UUID AND t7.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive","id":"', CAST(t8.id AS TEXT), '"}') AS concat_7
  FROM incentive AS t8
  WHERE t8.id = $1::UUID AND t8.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound","id":"', CAST(t9.id AS TEXT), '"}') AS concat_8
  FROM funding_round AS t9
  WHERE t9.id = $1::UUID AND t9.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic","id":"', CAST(t10.id AS TEXT), '"}') AS concat_9
  FROM export_statistic AS t10
  WHERE t10.id = $1::UUID AND t10.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive","id":"', CAST(t11.id AS TEXT), '"}') AS concat_10
  FROM directive AS t11
  WHERE t11.id = $1::UUID AND t11.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment","id":"', CAST(t12.id AS TEXT), '"}') AS concat_11
  FROM commitment AS t12
  WHERE t12.id = $1::UUID AND t12.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill","id":"', CAST(t13.id AS TEXT), '"}') AS concat_12
  FROM skill AS t13
  WHERE t13.id = $1::UUID AND t13.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need","id":"', CAST(t14.id AS TEXT), '"}') AS concat_13
  FROM need AS t14
  WHERE t14.id = $1::UUID AND t14.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t15.kind = 'UNIVERSITY') THEN '"University"' WHEN (t15.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t15.kind = 'COMPANY') THEN '"Company"' WHEN (t15.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t15.kind = 'INVESTOR') THEN '"Investor"' WHEN (t15.kind = 'ZONE') THEN '"Zone"' WHEN (t15.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t15.kind = 'EXPERT') THEN '"Expert"' WHEN (t15.kind = 'PROGRAM') THEN '"Program"' WHEN (t15.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t15.kind = 'MEETING') THEN '"Meeting"' END, ',"id":"', CAST(t15.id AS TEXT), '"}') AS concat_14
  FROM entity AS t15
  WHERE t15.id = $2::UUID AND t15.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation","id":"', CAST(t16.id AS TEXT), '","role":"', CAST(t16.role AS TEXT), '","subject":', coalesce((
    SELECT concat('{"slug":', to_json(t17.slug), '}') AS concat_16
    FROM entity AS t17
    WHERE t17.id = t16.subject_id AND t17.audience = 'PUBLIC'
  ), 'null'), ',"object":', coalesce((
    SELECT concat('{"slug":', to_json(t18.slug), '}') AS concat_17
    FROM entity AS t18
    WHERE t18.id = t16.object_id AND t18.audience = 'PUBLIC'
  ), 'null'), ',"since":', coalesce('"' || CAST(CASE WHEN (t16.starts_on > '-infinity'::date) THEN t16.starts_on END AS TEXT) || '"', 'null'), '}') AS concat_15
  FROM relation AS t16
  WHERE t16.id = $2::UUID AND t16.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","id":"', CAST(t19.id AS TEXT), '"}') AS concat_18
  FROM source AS t19
  WHERE t19.id = $2::UUID AND t19.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Assertion","id":"', CAST(t20.id AS TEXT), '"}') AS concat_19
  FROM assertion AS t20
  WHERE t20.id = $2::UUID AND t20.audience = 'PUBLIC' AND t20.field = upper(t20.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t21
    WHERE t21.id = t20.entity_id AND t21.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"__typename":"ImportJob","id":"', CAST(t22.id AS TEXT), '"}') AS concat_20
  FROM import_job AS t22
  WHERE t22.id = $2::UUID AND t22.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Licence","id":"', CAST(t23.id AS TEXT), '"}') AS concat_21
  FROM licence AS t23
  WHERE t23.id = $2::UUID AND t23.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive","id":"', CAST(t24.id AS TEXT), '"}') AS concat_22
  FROM incentive AS t24
  WHERE t24.id = $2::UUID AND t24.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound","id":"', CAST(t25.id AS TEXT), '"}') AS concat_23
  FROM funding_round AS t25
  WHERE t25.id = $2::UUID AND t25.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic","id":"', CAST(t26.id AS TEXT), '"}') AS concat_24
  FROM export_statistic AS t26
  WHERE t26.id = $2::UUID AND t26.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive","id":"', CAST(t27.id AS TEXT), '"}') AS concat_25
  FROM directive AS t27
  WHERE t27.id = $2::UUID AND t27.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment","id":"', CAST(t28.id AS TEXT), '"}') AS concat_26
  FROM commitment AS t28
  WHERE t28.id = $2::UUID AND t28.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill","id":"', CAST(t29.id AS TEXT), '"}') AS concat_27
  FROM skill AS t29
  WHERE t29.id = $2::UUID AND t29.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need","id":"', CAST(t30.id AS TEXT), '"}') AS concat_28
  FROM need AS t30
  WHERE t30.id = $2::UUID AND t30.audience = 'PUBLIC'
), 'null')) AS r1, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t31.kind = 'UNIVERSITY') THEN '"University"' WHEN (t31.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t31.kind = 'COMPANY') THEN '"Company"' WHEN (t31.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t31.kind = 'INVESTOR') THEN '"Investor"' WHEN (t31.kind = 'ZONE') THEN '"Zone"' WHEN (t31.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t31.kind = 'EXPERT') THEN '"Expert"' WHEN (t31.kind = 'PROGRAM') THEN '"Program"' WHEN (t31.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t31.kind = 'MEETING') THEN '"Meeting"' END, '}') AS concat_29
  FROM entity AS t31
  WHERE t31.id = $3::UUID AND t31.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation"}') AS concat_30
  FROM relation AS t32
  WHERE t32.id = $3::UUID AND t32.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","slug":', to_json(t33.slug), ',"publishedOn":', CASE WHEN (t33.published_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t33.published_on AS TEXT), '","precision":', coalesce('"' || CAST(t33.published_on_precision AS TEXT) || '"', 'null'), '}') END, '}') AS concat_31
  FROM source AS t33
  WHERE t33.id = $3::UUID AND t33.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Assertion"}') AS concat_32
  FROM assertion AS t34
  WHERE t34.id = $3::UUID AND t34.audience = 'PUBLIC' AND t34.field = upper(t34.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t35
    WHERE t35.id = t34.entity_id AND t35.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"__typename":"ImportJob"}') AS concat_33
  FROM import_job AS t36
  WHERE t36.id = $3::UUID AND t36.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Licence"}') AS concat_34
  FROM licence AS t37
  WHERE t37.id = $3::UUID AND t37.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive"}') AS concat_35
  FROM incentive AS t38
  WHERE t38.id = $3::UUID AND t38.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound"}') AS concat_36
  FROM funding_round AS t39
  WHERE t39.id = $3::UUID AND t39.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic"}') AS concat_37
  FROM export_statistic AS t40
  WHERE t40.id = $3::UUID AND t40.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive"}') AS concat_38
  FROM directive AS t41
  WHERE t41.id = $3::UUID AND t41.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment"}') AS concat_39
  FROM commitment AS t42
  WHERE t42.id = $3::UUID AND t42.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill"}') AS concat_40
  FROM skill AS t43
  WHERE t43.id = $3::UUID AND t43.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need"}') AS concat_41
  FROM need AS t44
  WHERE t44.id = $3::UUID AND t44.audience = 'PUBLIC'
), 'null')) AS r2, concat(coalesce((
  SELECT concat('{"id":"', CAST(t45.id AS TEXT), '"}') AS concat_42
  FROM entity AS t45
  WHERE t45.id = $4::UUID AND t45.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t46.id AS TEXT), '"}') AS concat_43
  FROM relation AS t46
  WHERE t46.id = $4::UUID AND t46.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t47.id AS TEXT), '"}') AS concat_44
  FROM source AS t47
  WHERE t47.id = $4::UUID AND t47.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t48.id AS TEXT), '"}') AS concat_45
  FROM assertion AS t48
  WHERE t48.id = $4::UUID AND t48.audience = 'PUBLIC' AND t48.field = upper(t48.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t49
    WHERE t49.id = t48.entity_id AND t49.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"id":"', CAST(t50.id AS TEXT), '"}') AS concat_46
  FROM import_job AS t50
  WHERE t50.id = $4::UUID AND t50.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t51.id AS TEXT), '"}') AS concat_47
  FROM licence AS t51
  WHERE t51.id = $4::UUID AND t51.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t52.id AS TEXT), '"}') AS concat_48
  FROM incentive AS t52
  WHERE t52.id = $4::UUID AND t52.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t53.id AS TEXT), '"}') AS concat_49
  FROM funding_round AS t53
  WHERE t53.id = $4::UUID AND t53.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t54.id AS TEXT), '"}') AS concat_50
  FROM export_statistic AS t54
  WHERE t54.id = $4::UUID AND t54.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t55.id AS TEXT), '"}') AS concat_51
  FROM directive AS t55
  WHERE t55.id = $4::UUID AND t55.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t56.id AS TEXT), '"}') AS concat_52
  FROM commitment AS t56
  WHERE t56.id = $4::UUID AND t56.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t57.id AS TEXT), '"}') AS concat_53
  FROM skill AS t57
  WHERE t57.id = $4::UUID AND t57.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t58.id AS TEXT), '"}') AS concat_54
  FROM need AS t58
  WHERE t58.id = $4::UUID AND t58.audience = 'PUBLIC'
), 'null')) AS r3
