-- $1 = 2021-01-01
-- $2 = company-9
SELECT concat(coalesce((
  SELECT concat(concat('{"a1":"', CAST(t1.id AS TEXT), '","a2":"', CAST(t1.kind AS TEXT), '","a3":', to_json(t1.slug), ',"a4":', to_json(t1.name), ',"a5":', coalesce('"' || CAST(t1.sphere AS TEXT) || '"', 'null'), ',"a6":"', CAST(t1.record_status AS TEXT), '","a7":', coalesce(CAST(to_json(t1.description) AS TEXT), 'null'), ',"a8":', coalesce(CAST(to_json(t1.website) AS TEXT), 'null'), ',"a9":', coalesce(CAST(to_json(t1.country) AS TEXT), 'null'), ',"a10":', coalesce(CAST(to_json(t1.subdivision) AS TEXT), 'null'), ',"a11":', coalesce(CAST(to_json(t1.city) AS TEXT), 'null'), ',"a12":"', CAST(t1.audience AS TEXT), '","a13":', CAST(t1.version AS TEXT), ',"a14":', coalesce(CAST(to_json(t1.legal_name) AS TEXT), 'null'), ',"a15":', coalesce('"' || CAST(t1.size_class AS TEXT) || '"', 'null'), ',"a16":', coalesce(CAST(t1.employee_count AS TEXT), 'null'), ',"a17":', coalesce(CAST(array_to_json(t1.verticals) AS TEXT), '[]'), ',"a18":', coalesce(CAST(array_to_json(t1.isic) AS TEXT), '[]'), ',"a19":', coalesce('"' || CAST(t1.funding_stage AS TEXT) || '"', 'null'), ',"a20":', coalesce(CAST(t1.is_freelancer AS TEXT), 'null'), ',"id":"', CAST(t1.id AS TEXT), '","kind":"', CAST(t1.kind AS TEXT), '","slug":', to_json(t1.slug), ',"name":', to_json(t1.name), ',"sphere":', coalesce('"' || CAST(t1.sphere AS TEXT) || '"', 'null'), ',"recordStatus":"', CAST(t1.record_status AS TEXT), '","description":', coalesce(CAST(to_json(t1.description) AS TEXT), 'null'), ',"website":', coalesce(CAST(to_json(t1.website) AS TEXT), 'null'), ',"country":', coalesce(CAST(to_json(t1.country) AS TEXT), 'null'), ',"subdivision":', coalesce(CAST(to_json(t1.subdivision) AS TEXT), 'null'), ',"city":', coalesce(CAST(to_json(t1.city) AS TEXT), 'null'), ',"audience":"', CAST(t1.audience AS TEXT), '","version":', CAST(t1.version AS TEXT), ',"legalName":', coalesce(CAST(to_json(t1.legal_name) AS TEXT), 'null'), ',"sizeClass":', coalesce('"' || CAST(t1.size_class AS TEXT) || '"', 'null'), ',"employeeCount":', coalesce(CAST(t1.employee_count AS TEXT), 'null'), ',"verticals":', coalesce(CAST(array_to_json(t1.verticals) AS TEXT), '[]'), ',"isic":', coalesce(CAST(array_to_json(t1.isic) AS TEXT), '[]'), ',"fundingStage":', coalesce('"' || CAST(t1.funding_stage AS TEXT) || '"', 'null'), ',"isFreelancer":', coalesce(CAST(t1.is_freelancer AS TEXT), 'null'), ',"isFunder":', CAST(t1.is_funder AS TEXT), ',"domains":', coalesce(CAST(array_to_json(t1.domains) AS TEXT), '[]'), ',"sourceTypes":', coalesce(CAST(array_to_json(t1.source_types) AS TEXT), '[]'), ',"establishedOn":', CASE WHEN (t1.established_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t1.established_on AS TEXT), '"}') END, ',"foundedOn":', CASE WHEN (t1.founded_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t1.founded_on AS TEXT), '","precision":', coalesce('"' || CAST(t1.founded_on_precision AS TEXT) || '"', 'null'), '}') END), concat(',"location":', CASE WHEN (t1.latitude IS NULL) THEN 'null' ELSE concat('{"latitude":', CAST(t1.latitude AS TEXT), '}') END, ',"zones":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'ZONE' AND t2.audience = 'PUBLIC' AND t3.subject_id = t1.id AND t3.role IN ('TENANT_OF') AND t3.starts_on <= $1::DATE AND t3.ends_before > $1::DATE AND t3.audience = 'PUBLIC' AND t2.id = t3.object_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t4
  ), '}'), ',"experts":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
    FROM (
      SELECT 1 AS one
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'EXPERT' AND t5.audience = 'PUBLIC' AND t6.object_id = t1.id AND t6.starts_on <= $1::DATE AND (t6.ends_before > $1::DATE OR t6.role IN ('FOUNDED')) AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND t6.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF')
      LIMIT 10001
    ) AS t7
  ), '}'), ',"founders":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
    FROM (
      SELECT 1 AS one
      FROM entity AS t8, relation AS t9
      WHERE t8.kind = 'EXPERT' AND t8.audience = 'PUBLIC' AND t9.object_id = t1.id AND t9.role IN ('FOUNDED') AND t9.starts_on <= $1::DATE AND t9.audience = 'PUBLIC' AND t8.id = t9.subject_id AND t8.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t10
  ), '}'), ',"investors":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_4
    FROM (
      SELECT 1 AS one
      FROM entity AS t11, relation AS t12
      WHERE t11.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t11.audience = 'PUBLIC' AND t12.object_id = t1.id AND t12.role IN ('INVESTED_IN') AND t12.starts_on <= $1::DATE AND t12.audience = 'PUBLIC' AND t11.id = t12.subject_id AND t11.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t13
  ), '}'), ',"spinOffOf":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_5
    FROM (
      SELECT 1 AS one
      FROM entity AS t14, relation AS t15
      WHERE t14.kind = 'UNIVERSITY' AND t14.audience = 'PUBLIC' AND t15.subject_id = t1.id AND t15.role IN ('SPIN_OFF_OF') AND t15.starts_on <= $1::DATE AND t15.audience = 'PUBLIC' AND t14.id = t15.object_id AND t14.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t16
  ), '}'), ',"parents":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_6
    FROM (
      SELECT 1 AS one
      FROM entity AS t17, relation AS t18
      WHERE t17.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t17.audience = 'PUBLIC' AND t18.subject_id = t1.id AND t18.role IN ('PART_OF') AND t18.starts_on <= $1::DATE AND t18.ends_before > $1::DATE AND t18.audience = 'PUBLIC' AND t17.id = t18.object_id AND t17.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t19
  ), '}'), ',"parts":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_7
    FROM (
      SELECT 1 AS one
      FROM entity AS t20, relation AS t21
      WHERE t20.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t20.audience = 'PUBLIC' AND t21.object_id = t1.id AND t21.role IN ('PART_OF') AND t21.starts_on <= $1::DATE AND t21.ends_before > $1::DATE AND t21.audience = 'PUBLIC' AND t20.id = t21.subject_id AND t20.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t22
  ), '}'), ',"runs":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_8
    FROM (
      SELECT 1 AS one
      FROM entity AS t23, relation AS t24
      WHERE t23.kind = 'PROGRAM' AND t23.audience = 'PUBLIC' AND t24.subject_id = t1.id AND t24.role IN ('RUNS') AND t24.starts_on <= $1::DATE AND t24.ends_before > $1::DATE AND t24.audience = 'PUBLIC' AND t23.id = t24.object_id AND t23.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t25
  ), '}'), ',"funds":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_9
    FROM (
      SELECT 1 AS one
      FROM entity AS t26, relation AS t27
      WHERE t26.audience = 'PUBLIC' AND t27.subject_id = t1.id AND t27.role IN ('FUNDS') AND t27.starts_on <= $1::DATE AND t27.ends_before > $1::DATE AND t27.audience = 'PUBLIC' AND t26.id = t27.object_id AND t26.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t28
  ), '}'), ',"agreements":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_10
    FROM (
      SELECT 1 AS one
      FROM entity AS t29, relation AS t30
      WHERE t29.kind = 'AGREEMENT' AND t29.audience = 'PUBLIC' AND t30.subject_id = t1.id AND t30.role IN ('PARTY_TO') AND t30.starts_on <= $1::DATE AND t30.ends_before > $1::DATE AND t30.audience = 'PUBLIC' AND t29.id = t30.object_id AND t29.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t31
  ), '}'), ',"collaborators":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_11
    FROM (
      SELECT 1 AS one
      FROM entity AS t32, (
        SELECT t36.id AS id, t36.subject_id AS subject_id, t36.subject_kind AS subject_kind, t36.object_id AS object_id, t36.object_kind AS object_kind, t36.role AS role, t36.valid AS valid, t36.starts_on AS starts_on, t36.ends_before AS ends_before, t36.precision AS precision, t36.title AS title, t36.is_exclusive AS is_exclusive, t36.source_id AS source_id, t36.owner_id AS owner_id, t36.audience AS audience, t36.confidence AS confidence, t36.created_at AS created_at, t36.version AS version, t36.recorded_from AS recorded_from, t36.far_id AS far_id, t36.direction AS direction
        FROM (
          SELECT t34.id AS id, t34.subject_id AS subject_id, t34.subject_kind AS subject_kind, t34.object_id AS object_id, t34.object_kind AS object_kind, t34.role AS role, t34.valid AS valid, t34.starts_on AS starts_on, t34.ends_before AS ends_before, t34.precision AS precision, t34.title AS title, t34.is_exclusive AS is_exclusive, t34.source_id AS source_id, t34.owner_id AS owner_id, t34.audience AS audience, t34.confidence AS confidence, t34.created_at AS created_at, t34.version AS version, t34.recorded_from AS recorded_from, t34.object_id AS far_id, CASE WHEN (t34.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t34
          WHERE t34.subject_id = t1.id AND t34.role IN ('COLLABORATES_WITH')
          UNION ALL SELECT t35.id AS id, t35.subject_id AS subject_id, t35.subject_kind AS subject_kind, t35.object_id AS object_id, t35.object_kind AS object_kind, t35.role AS role, t35.valid AS valid, t35.starts_on AS starts_on, t35.ends_before AS ends_before, t35.precision AS precision, t35.title AS title, t35.is_exclusive AS is_exclusive, t35.source_id AS source_id, t35.owner_id AS owner_id, t35.audience AS audience, t35.confidence AS confidence, t35.created_at AS created_at, t35.version AS version, t35.recorded_from AS recorded_from, t35.subject_id AS far_id, CASE WHEN (t35.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t35
          WHERE t35.object_id = t1.id AND t35.role IN ('COLLABORATES_WITH')
        ) AS t36
        WHERE t36.starts_on <= $1::DATE AND t36.ends_before > $1::DATE AND t36.audience = 'PUBLIC'
        ORDER BY t36.far_id, t36.id
      ) AS t37
      WHERE t32.audience = 'PUBLIC' AND t32.id = t37.far_id AND t32.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t38
  ), '}'), ',"programs":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_12
    FROM (
      SELECT 1 AS one
      FROM entity AS t39, relation AS t40
      WHERE t39.kind = 'PROGRAM' AND t39.audience = 'PUBLIC' AND t40.subject_id = t1.id AND t40.role IN ('PARTICIPATES_IN') AND t40.starts_on <= $1::DATE AND t40.ends_before > $1::DATE AND t40.audience = 'PUBLIC' AND t39.id = t40.object_id AND t39.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t41
  ), '}'), ',"successors":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_13
    FROM (
      SELECT 1 AS one
      FROM entity AS t42, relation AS t43
      WHERE t42.audience = 'PUBLIC' AND t43.object_id = t1.id AND t43.role IN ('SUCCEEDS') AND t43.starts_on <= $1::DATE AND t43.audience = 'PUBLIC' AND t42.id = t43.subject_id AND t42.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t44
  ), '}'), ',"boardMembers":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_14
    FROM (
      SELECT 1 AS one
      FROM entity AS t45, relation AS t46
      WHERE t45.kind = 'EXPERT' AND t45.audience = 'PUBLIC' AND t46.object_id = t1.id AND t46.role IN ('BOARD_MEMBER_OF') AND t46.starts_on <= $1::DATE AND t46.ends_before > $1::DATE AND t46.audience = 'PUBLIC' AND t45.id = t46.subject_id AND t45.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t47
  ), '}'), ',"relations":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_15
    FROM (
      SELECT 1 AS one
      FROM entity AS t48, (
        SELECT t52.id AS id, t52.subject_id AS subject_id, t52.subject_kind AS subject_kind, t52.object_id AS object_id, t52.object_kind AS object_kind, t52.role AS role, t52.valid AS valid, t52.starts_on AS starts_on, t52.ends_before AS ends_before, t52.precision AS precision, t52.title AS title, t52.is_exclusive AS is_exclusive, t52.source_id AS source_id, t52.owner_id AS owner_id, t52.audience AS audience, t52.confidence AS confidence, t52.created_at AS created_at, t52.version AS version, t52.recorded_from AS recorded_from, t52.far_id AS far_id, t52.direction AS direction
        FROM (
          SELECT t50.id AS id, t50.subject_id AS subject_id, t50.subject_kind AS subject_kind, t50.object_id AS object_id, t50.object_kind AS object_kind, t50.role AS role, t50.valid AS valid, t50.starts_on AS starts_on, t50.ends_before AS ends_before, t50.precision AS precision, t50.title AS title, t50.is_exclusive AS is_exclusive, t50.source_id AS source_id, t50.owner_id AS owner_id, t50.audience AS audience, t50.confidence AS confidence, t50.created_at AS created_at, t50.version AS version, t50.recorded_from AS recorded_from, t50.object_id AS far_id, CASE WHEN (t50.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t50
          WHERE t50.subject_id = t1.id
          UNION ALL SELECT t51.id AS id, t51.subject_id AS subject_id, t51.subject_kind AS subject_kind, t51.object_id AS object_id, t51.object_kind AS object_kind, t51.role AS role, t51.valid AS valid, t51.starts_on AS starts_on, t51.ends_before AS ends_before, t51.precision AS precision, t51.title AS title, t51.is_exclusive AS is_exclusive, t51.source_id AS source_id, t51.owner_id AS owner_id, t51.audience AS audience, t51.confidence AS confidence, t51.created_at AS created_at, t51.version AS version, t51.recorded_from AS recorded_from, t51.subject_id AS far_id, CASE WHEN (t51.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t51
          WHERE t51.object_id = t1.id
        ) AS t52
        WHERE t52.starts_on <= $1::DATE AND (t52.ends_before > $1::DATE OR t52.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t52.audience = 'PUBLIC'
        ORDER BY t52.far_id, t52.id
      ) AS t53
      WHERE t48.audience = 'PUBLIC' AND t48.id = t53.far_id AND t48.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t54
  ), '}'), ',"names":[', (
    SELECT string_agg(t56.item, ',') AS string_agg_1
    FROM (
      SELECT concat('{"value":', to_json(t55.value), '}') AS item
      FROM entity_name AS t55
      WHERE t55.entity_id = t1.id
      ORDER BY t55.type, t55.lang, t55.value
    ) AS t56
  ), '],"identifiers":[', (
    SELECT string_agg(t58.item, ',') AS string_agg_2
    FROM (
      SELECT concat('{"value":', to_json(t57.value), '}') AS item
      FROM identifier AS t57
      WHERE t57.entity_id = t1.id
      ORDER BY t57.scheme, t57.value
    ) AS t58
  ), '],"source":', coalesce((
    SELECT concat('{"slug":', to_json(t59.slug), '}') AS concat_2
    FROM source AS t59
    WHERE t59.id = t1.source_id AND t59.audience = 'PUBLIC'
  ), 'null'), ',"owner":', coalesce((
    SELECT concat('{"slug":', to_json(t60.slug), '}') AS concat_3
    FROM common.partner AS t60
    WHERE t60.id = t1.owner_id
  ), 'null'), '}')) AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
