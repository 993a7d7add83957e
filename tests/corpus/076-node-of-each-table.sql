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
  SELECT concat('{"__typename":"Dispute","id":"', CAST(t7.id AS TEXT), '"}') AS concat_6
  FROM dispute AS t7
  WHERE false
), (
  SELECT concat('{"__typename":"Correction","id":"', CAST(t8.id AS TEXT), '"}') AS concat_7
  FROM correction AS t8
  WHERE false
), (
  SELECT concat('{"__typename":"Licence","id":"', CAST(t9.id AS TEXT), '"}') AS concat_8
  FROM licence AS t9
  WHERE t9.id = $1::UUID AND t9.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive","id":"', CAST(t10.id AS TEXT), '"}') AS concat_9
  FROM incentive AS t10
  WHERE t10.id = $1::UUID AND t10.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound","id":"', CAST(t11.id AS TEXT), '"}') AS concat_10
  FROM funding_round AS t11
  WHERE t11.id = $1::UUID AND t11.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic","id":"', CAST(t12.id AS TEXT), '"}') AS concat_11
  FROM export_statistic AS t12
  WHERE t12.id = $1::UUID AND t12.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive","id":"', CAST(t13.id AS TEXT), '"}') AS concat_12
  FROM directive AS t13
  WHERE t13.id = $1::UUID AND t13.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment","id":"', CAST(t14.id AS TEXT), '"}') AS concat_13
  FROM commitment AS t14
  WHERE t14.id = $1::UUID AND t14.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill","id":"', CAST(t15.id AS TEXT), '"}') AS concat_14
  FROM skill AS t15
  WHERE t15.id = $1::UUID AND t15.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need","id":"', CAST(t16.id AS TEXT), '"}') AS concat_15
  FROM need AS t16
  WHERE t16.id = $1::UUID AND t16.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t17.kind = 'UNIVERSITY') THEN '"University"' WHEN (t17.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t17.kind = 'COMPANY') THEN '"Company"' WHEN (t17.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t17.kind = 'INVESTOR') THEN '"Investor"' WHEN (t17.kind = 'ZONE') THEN '"Zone"' WHEN (t17.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t17.kind = 'EXPERT') THEN '"Expert"' WHEN (t17.kind = 'PROGRAM') THEN '"Program"' WHEN (t17.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t17.kind = 'MEETING') THEN '"Meeting"' END, ',"id":"', CAST(t17.id AS TEXT), '"}') AS concat_16
  FROM entity AS t17
  WHERE t17.id = $2::UUID AND t17.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation","id":"', CAST(t18.id AS TEXT), '","role":"', CAST(t18.role AS TEXT), '","subject":', coalesce((
    SELECT concat('{"slug":', to_json(t19.slug), '}') AS concat_18
    FROM entity AS t19
    WHERE t19.id = t18.subject_id AND t19.audience = 'PUBLIC'
  ), 'null'), ',"object":', coalesce((
    SELECT concat('{"slug":', to_json(t20.slug), '}') AS concat_19
    FROM entity AS t20
    WHERE t20.id = t18.object_id AND t20.audience = 'PUBLIC'
  ), 'null'), ',"since":', coalesce('"' || CAST(CASE WHEN (t18.starts_on > '-infinity'::date) THEN t18.starts_on END AS TEXT) || '"', 'null'), '}') AS concat_17
  FROM relation AS t18
  WHERE t18.id = $2::UUID AND t18.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","id":"', CAST(t21.id AS TEXT), '"}') AS concat_20
  FROM source AS t21
  WHERE t21.id = $2::UUID AND t21.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Assertion","id":"', CAST(t22.id AS TEXT), '"}') AS concat_21
  FROM assertion AS t22
  WHERE t22.id = $2::UUID AND t22.audience = 'PUBLIC' AND t22.field = upper(t22.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t23
    WHERE t23.id = t22.entity_id AND t23.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"__typename":"ImportJob","id":"', CAST(t24.id AS TEXT), '"}') AS concat_22
  FROM import_job AS t24
  WHERE t24.id = $2::UUID AND t24.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Dispute","id":"', CAST(t25.id AS TEXT), '"}') AS concat_23
  FROM dispute AS t25
  WHERE false
), (
  SELECT concat('{"__typename":"Correction","id":"', CAST(t26.id AS TEXT), '"}') AS concat_24
  FROM correction AS t26
  WHERE false
), (
  SELECT concat('{"__typename":"Licence","id":"', CAST(t27.id AS TEXT), '"}') AS concat_25
  FROM licence AS t27
  WHERE t27.id = $2::UUID AND t27.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive","id":"', CAST(t28.id AS TEXT), '"}') AS concat_26
  FROM incentive AS t28
  WHERE t28.id = $2::UUID AND t28.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound","id":"', CAST(t29.id AS TEXT), '"}') AS concat_27
  FROM funding_round AS t29
  WHERE t29.id = $2::UUID AND t29.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic","id":"', CAST(t30.id AS TEXT), '"}') AS concat_28
  FROM export_statistic AS t30
  WHERE t30.id = $2::UUID AND t30.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive","id":"', CAST(t31.id AS TEXT), '"}') AS concat_29
  FROM directive AS t31
  WHERE t31.id = $2::UUID AND t31.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment","id":"', CAST(t32.id AS TEXT), '"}') AS concat_30
  FROM commitment AS t32
  WHERE t32.id = $2::UUID AND t32.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill","id":"', CAST(t33.id AS TEXT), '"}') AS concat_31
  FROM skill AS t33
  WHERE t33.id = $2::UUID AND t33.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need","id":"', CAST(t34.id AS TEXT), '"}') AS concat_32
  FROM need AS t34
  WHERE t34.id = $2::UUID AND t34.audience = 'PUBLIC'
), 'null')) AS r1, concat(coalesce((
  SELECT concat('{"__typename":', CASE WHEN (t35.kind = 'UNIVERSITY') THEN '"University"' WHEN (t35.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t35.kind = 'COMPANY') THEN '"Company"' WHEN (t35.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t35.kind = 'INVESTOR') THEN '"Investor"' WHEN (t35.kind = 'ZONE') THEN '"Zone"' WHEN (t35.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t35.kind = 'EXPERT') THEN '"Expert"' WHEN (t35.kind = 'PROGRAM') THEN '"Program"' WHEN (t35.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t35.kind = 'MEETING') THEN '"Meeting"' END, '}') AS concat_33
  FROM entity AS t35
  WHERE t35.id = $3::UUID AND t35.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Relation"}') AS concat_34
  FROM relation AS t36
  WHERE t36.id = $3::UUID AND t36.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Source","slug":', to_json(t37.slug), ',"publishedOn":', CASE WHEN (t37.published_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t37.published_on AS TEXT), '","precision":', coalesce('"' || CAST(t37.published_on_precision AS TEXT) || '"', 'null'), '}') END, '}') AS concat_35
  FROM source AS t37
  WHERE t37.id = $3::UUID AND t37.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Assertion"}') AS concat_36
  FROM assertion AS t38
  WHERE t38.id = $3::UUID AND t38.audience = 'PUBLIC' AND t38.field = upper(t38.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t39
    WHERE t39.id = t38.entity_id AND t39.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"__typename":"ImportJob"}') AS concat_37
  FROM import_job AS t40
  WHERE t40.id = $3::UUID AND t40.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Dispute"}') AS concat_38
  FROM dispute AS t41
  WHERE false
), (
  SELECT concat('{"__typename":"Correction"}') AS concat_39
  FROM correction AS t42
  WHERE false
), (
  SELECT concat('{"__typename":"Licence"}') AS concat_40
  FROM licence AS t43
  WHERE t43.id = $3::UUID AND t43.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Incentive"}') AS concat_41
  FROM incentive AS t44
  WHERE t44.id = $3::UUID AND t44.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"FundingRound"}') AS concat_42
  FROM funding_round AS t45
  WHERE t45.id = $3::UUID AND t45.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"ExportStatistic"}') AS concat_43
  FROM export_statistic AS t46
  WHERE t46.id = $3::UUID AND t46.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Directive"}') AS concat_44
  FROM directive AS t47
  WHERE t47.id = $3::UUID AND t47.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Commitment"}') AS concat_45
  FROM commitment AS t48
  WHERE t48.id = $3::UUID AND t48.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Skill"}') AS concat_46
  FROM skill AS t49
  WHERE t49.id = $3::UUID AND t49.audience = 'PUBLIC'
), (
  SELECT concat('{"__typename":"Need"}') AS concat_47
  FROM need AS t50
  WHERE t50.id = $3::UUID AND t50.audience = 'PUBLIC'
), 'null')) AS r2, concat(coalesce((
  SELECT concat('{"id":"', CAST(t51.id AS TEXT), '"}') AS concat_48
  FROM entity AS t51
  WHERE t51.id = $4::UUID AND t51.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t52.id AS TEXT), '"}') AS concat_49
  FROM relation AS t52
  WHERE t52.id = $4::UUID AND t52.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t53.id AS TEXT), '"}') AS concat_50
  FROM source AS t53
  WHERE t53.id = $4::UUID AND t53.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t54.id AS TEXT), '"}') AS concat_51
  FROM assertion AS t54
  WHERE t54.id = $4::UUID AND t54.audience = 'PUBLIC' AND t54.field = upper(t54.field) AND (EXISTS (
    SELECT 1
    FROM entity AS t55
    WHERE t55.id = t54.entity_id AND t55.audience = 'PUBLIC'
  ))
), (
  SELECT concat('{"id":"', CAST(t56.id AS TEXT), '"}') AS concat_52
  FROM import_job AS t56
  WHERE t56.id = $4::UUID AND t56.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t57.id AS TEXT), '"}') AS concat_53
  FROM dispute AS t57
  WHERE false
), (
  SELECT concat('{"id":"', CAST(t58.id AS TEXT), '"}') AS concat_54
  FROM correction AS t58
  WHERE false
), (
  SELECT concat('{"id":"', CAST(t59.id AS TEXT), '"}') AS concat_55
  FROM licence AS t59
  WHERE t59.id = $4::UUID AND t59.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t60.id AS TEXT), '"}') AS concat_56
  FROM incentive AS t60
  WHERE t60.id = $4::UUID AND t60.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t61.id AS TEXT), '"}') AS concat_57
  FROM funding_round AS t61
  WHERE t61.id = $4::UUID AND t61.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t62.id AS TEXT), '"}') AS concat_58
  FROM export_statistic AS t62
  WHERE t62.id = $4::UUID AND t62.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t63.id AS TEXT), '"}') AS concat_59
  FROM directive AS t63
  WHERE t63.id = $4::UUID AND t63.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t64.id AS TEXT), '"}') AS concat_60
  FROM commitment AS t64
  WHERE t64.id = $4::UUID AND t64.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t65.id AS TEXT), '"}') AS concat_61
  FROM skill AS t65
  WHERE t65.id = $4::UUID AND t65.audience = 'PUBLIC'
), (
  SELECT concat('{"id":"', CAST(t66.id AS TEXT), '"}') AS concat_62
  FROM need AS t66
  WHERE t66.id = $4::UUID AND t66.audience = 'PUBLIC'
), 'null')) AS r3
