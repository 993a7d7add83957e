-- $1 = 2021-01-01
-- $2 = company-9
SELECT concat(coalesce((
  SELECT concat(concat('{"a1":"', CAST(t1.id AS TEXT), '","a2":"', CAST(t1.kind AS TEXT), '","a3":', to_json(t1.slug), ',"a4":', to_json(t1.name), ',"a5":', coalesce('"' || CAST(t1.sphere AS TEXT) || '"', 'null'), ',"a6":"', CAST(t1.record_status AS TEXT), '","a7":', coalesce(CAST(to_json(t1.description) AS TEXT), 'null'), ',"a8":', coalesce(CAST(to_json(t1.website) AS TEXT), 'null'), ',"a9":', coalesce(CAST(to_json(t1.country) AS TEXT), 'null'), ',"a10":', coalesce(CAST(to_json(t1.subdivision) AS TEXT), 'null'), ',"a11":', coalesce(CAST(to_json(t1.city) AS TEXT), 'null'), ',"a12":"', CAST(t1.audience AS TEXT), '","a13":', CAST(t1.version AS TEXT), ',"a14":', coalesce(CAST(to_json(t1.legal_name) AS TEXT), 'null'), ',"a15":', coalesce('"' || CAST(t1.size_class AS TEXT) || '"', 'null'), ',"a16":', coalesce(CAST(t1.employee_count AS TEXT), 'null'), ',"a17":', coalesce(CAST(array_to_json(t1.verticals) AS TEXT), '[]'), ',"a18":', coalesce(CAST(array_to_json(t1.isic) AS TEXT), '[]'), ',"a19":', coalesce('"' || CAST(t1.funding_stage AS TEXT) || '"', 'null'), ',"a20":', coalesce(CAST(t1.is_freelancer AS TEXT), 'null'), ',"id":"', CAST(t1.id AS TEXT), '","kind":"', CAST(t1.kind AS TEXT), '","slug":', to_json(t1.slug), ',"name":', to_json(t1.name), ',"sphere":', coalesce('"' || CAST(t1.sphere AS TEXT) || '"', 'null'), ',"recordStatus":"', CAST(t1.record_status AS TEXT), '","description":', coalesce(CAST(to_json(t1.description) AS TEXT), 'null'), ',"website":', coalesce(CAST(to_json(t1.website) AS TEXT), 'null'), ',"country":', coalesce(CAST(to_json(t1.country) AS TEXT), 'null'), ',"subdivision":', coalesce(CAST(to_json(t1.subdivision) AS TEXT), 'null'), ',"city":', coalesce(CAST(to_json(t1.city) AS TEXT), 'null'), ',"audience":"', CAST(t1.audience AS TEXT), '","version":', CAST(t1.version AS TEXT), ',"legalName":', coalesce(CAST(to_json(t1.legal_name) AS TEXT), 'null'), ',"sizeClass":', coalesce('"' || CAST(t1.size_class AS TEXT) || '"', 'null'), ',"employeeCount":', coalesce(CAST(t1.employee_count AS TEXT), 'null'), ',"verticals":', coalesce(CAST(array_to_json(t1.verticals) AS TEXT), '[]'), ',"isic":', coalesce(CAST(array_to_json(t1.isic) AS TEXT), '[]'), ',"fundingStage":', coalesce('"' || CAST(t1.funding_stage AS TEXT) || '"', 'null'), ',"isFreelancer":', coalesce(CAST(t1.is_freelancer AS TEXT), 'null'), ',"isFunder":', CAST(t1.is_funder AS TEXT), ',"domains":', coalesce(CAST(array_to_json(t1.domains) AS TEXT), '[]'), ',"sourceTypes":', coalesce(CAST(array_to_json(t1.source_types) AS TEXT), '[]'), ',"establishedOn":', CASE WHEN (t1.established_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t1.established_on AS TEXT), '"}') END, ',"foundedOn":', CASE WHEN (t1.founded_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t1.founded_on AS TEXT), '","precision":', coalesce('"' || CAST(t1.founded_on_precision AS TEXT) || '"', 'null'), '}') END), concat(',"location":', CASE WHEN (t1.latitude IS NULL) THEN 'null' ELSE concat('{"latitude":', CAST(t1.latitude AS TEXT), '}') END, ',"zones":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'ZONE' AND t2.audience = 'PUBLIC' AND t3.subject_id = t1.id AND t3.role IN ('TENANT_OF') AND t2.id = t3.object_id AND t3.starts_on <= $1::DATE AND t3.ends_before > $1::DATE AND t3.audience = 'PUBLIC' AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t4
  ), '}'), ',"experts":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
    FROM (
      SELECT 1 AS one
      FROM entity AS t5, (
        SELECT t6.id AS id, t6.subject_id AS subject_id, t6.subject_kind AS subject_kind, t6.object_id AS object_id, t6.object_kind AS object_kind, t6.role AS role, t6.valid AS valid, t6.starts_on AS starts_on, t6.ends_before AS ends_before, t6.precision AS precision, t6.title AS title, t6.is_exclusive AS is_exclusive, t6.source_id AS source_id, t6.owner_id AS owner_id, t6.audience AS audience, t6.confidence AS confidence, t6.created_at AS created_at, t6.version AS version, t6.recorded_from AS recorded_from
        FROM relation AS t6
        WHERE t6.object_id = t1.id AND t6.role IN ('EMPLOYED_BY', 'HOLDS_POST_AT', 'FOUNDED', 'BOARD_MEMBER_OF') AND t6.starts_on <= $1::DATE AND (t6.ends_before > $1::DATE OR t6.role IN ('FOUNDED')) AND t6.audience = 'PUBLIC'
        ORDER BY t6.subject_id, t6.id
      ) AS t7
      WHERE t5.kind = 'EXPERT' AND t5.audience = 'PUBLIC' AND t5.id = t7.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t8
  ), '}'), ',"founders":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
    FROM (
      SELECT 1 AS one
      FROM entity AS t9, relation AS t10
      WHERE t9.kind = 'EXPERT' AND t9.audience = 'PUBLIC' AND t10.object_id = t1.id AND t10.role IN ('FOUNDED') AND t9.id = t10.subject_id AND t10.starts_on <= $1::DATE AND t10.audience = 'PUBLIC' AND t9.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t11
  ), '}'), ',"investors":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_4
    FROM (
      SELECT 1 AS one
      FROM entity AS t12, relation AS t13
      WHERE t12.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t12.audience = 'PUBLIC' AND t13.object_id = t1.id AND t13.role IN ('INVESTED_IN') AND t12.id = t13.subject_id AND t13.starts_on <= $1::DATE AND t13.audience = 'PUBLIC' AND t12.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t14
  ), '}'), ',"spinOffOf":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_5
    FROM (
      SELECT 1 AS one
      FROM entity AS t15, relation AS t16
      WHERE t15.kind = 'UNIVERSITY' AND t15.audience = 'PUBLIC' AND t16.subject_id = t1.id AND t16.role IN ('SPIN_OFF_OF') AND t15.id = t16.object_id AND t16.starts_on <= $1::DATE AND t16.audience = 'PUBLIC' AND t15.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t17
  ), '}'), ',"parents":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_6
    FROM (
      SELECT 1 AS one
      FROM entity AS t18, relation AS t19
      WHERE t18.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t18.audience = 'PUBLIC' AND t19.subject_id = t1.id AND t19.role IN ('PART_OF') AND t18.id = t19.object_id AND t19.starts_on <= $1::DATE AND t19.ends_before > $1::DATE AND t19.audience = 'PUBLIC' AND t18.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t20
  ), '}'), ',"parts":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_7
    FROM (
      SELECT 1 AS one
      FROM entity AS t21, relation AS t22
      WHERE t21.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t21.audience = 'PUBLIC' AND t22.object_id = t1.id AND t22.role IN ('PART_OF') AND t21.id = t22.subject_id AND t22.starts_on <= $1::DATE AND t22.ends_before > $1::DATE AND t22.audience = 'PUBLIC' AND t21.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t23
  ), '}'), ',"runs":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_8
    FROM (
      SELECT 1 AS one
      FROM entity AS t24, relation AS t25
      WHERE t24.kind = 'PROGRAM' AND t24.audience = 'PUBLIC' AND t25.subject_id = t1.id AND t25.role IN ('RUNS') AND t24.id = t25.object_id AND t25.starts_on <= $1::DATE AND t25.ends_before > $1::DATE AND t25.audience = 'PUBLIC' AND t24.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t26
  ), '}'), ',"funds":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_9
    FROM (
      SELECT 1 AS one
      FROM entity AS t27, relation AS t28
      WHERE t27.audience = 'PUBLIC' AND t28.subject_id = t1.id AND t28.role IN ('FUNDS') AND t27.id = t28.object_id AND t28.starts_on <= $1::DATE AND t28.ends_before > $1::DATE AND t28.audience = 'PUBLIC' AND t27.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t29
  ), '}'), ',"agreements":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_10
    FROM (
      SELECT 1 AS one
      FROM entity AS t30, relation AS t31
      WHERE t30.kind = 'AGREEMENT' AND t30.audience = 'PUBLIC' AND t31.subject_id = t1.id AND t31.role IN ('PARTY_TO') AND t30.id = t31.object_id AND t31.starts_on <= $1::DATE AND t31.ends_before > $1::DATE AND t31.audience = 'PUBLIC' AND t30.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t32
  ), '}'), ',"collaborators":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_11
    FROM (
      SELECT 1 AS one
      FROM entity AS t33, (
        SELECT t35.id AS id, t35.subject_id AS subject_id, t35.subject_kind AS subject_kind, t35.object_id AS object_id, t35.object_kind AS object_kind, t35.role AS role, t35.valid AS valid, t35.starts_on AS starts_on, t35.ends_before AS ends_before, t35.precision AS precision, t35.title AS title, t35.is_exclusive AS is_exclusive, t35.source_id AS source_id, t35.owner_id AS owner_id, t35.audience AS audience, t35.confidence AS confidence, t35.created_at AS created_at, t35.version AS version, t35.recorded_from AS recorded_from, t35.object_id AS far_id, CASE WHEN (t35.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t35
        WHERE t35.subject_id = t1.id AND t35.role IN ('COLLABORATES_WITH')
        UNION ALL SELECT t36.id AS id, t36.subject_id AS subject_id, t36.subject_kind AS subject_kind, t36.object_id AS object_id, t36.object_kind AS object_kind, t36.role AS role, t36.valid AS valid, t36.starts_on AS starts_on, t36.ends_before AS ends_before, t36.precision AS precision, t36.title AS title, t36.is_exclusive AS is_exclusive, t36.source_id AS source_id, t36.owner_id AS owner_id, t36.audience AS audience, t36.confidence AS confidence, t36.created_at AS created_at, t36.version AS version, t36.recorded_from AS recorded_from, t36.subject_id AS far_id, CASE WHEN (t36.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t36
        WHERE t36.object_id = t1.id AND t36.role IN ('COLLABORATES_WITH')
      ) AS t37
      WHERE t33.audience = 'PUBLIC' AND t33.id = t37.far_id AND t37.starts_on <= $1::DATE AND t37.ends_before > $1::DATE AND t37.audience = 'PUBLIC' AND t33.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t38
  ), '}'), ',"programs":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_12
    FROM (
      SELECT 1 AS one
      FROM entity AS t39, relation AS t40
      WHERE t39.kind = 'PROGRAM' AND t39.audience = 'PUBLIC' AND t40.subject_id = t1.id AND t40.role IN ('PARTICIPATES_IN') AND t39.id = t40.object_id AND t40.starts_on <= $1::DATE AND t40.ends_before > $1::DATE AND t40.audience = 'PUBLIC' AND t39.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t41
  ), '}'), ',"successors":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_13
    FROM (
      SELECT 1 AS one
      FROM entity AS t42, relation AS t43
      WHERE t42.audience = 'PUBLIC' AND t43.object_id = t1.id AND t43.role IN ('SUCCEEDS') AND t42.id = t43.subject_id AND t43.starts_on <= $1::DATE AND t43.audience = 'PUBLIC' AND t42.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t44
  ), '}'), ',"boardMembers":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_14
    FROM (
      SELECT 1 AS one
      FROM entity AS t45, relation AS t46
      WHERE t45.kind = 'EXPERT' AND t45.audience = 'PUBLIC' AND t46.object_id = t1.id AND t46.role IN ('BOARD_MEMBER_OF') AND t45.id = t46.subject_id AND t46.starts_on <= $1::DATE AND t46.ends_before > $1::DATE AND t46.audience = 'PUBLIC' AND t45.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t47
  ), '}'), ',"relations":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_15
    FROM (
      SELECT 1 AS one
      FROM entity AS t48, (
        SELECT t50.id AS id, t50.subject_id AS subject_id, t50.subject_kind AS subject_kind, t50.object_id AS object_id, t50.object_kind AS object_kind, t50.role AS role, t50.valid AS valid, t50.starts_on AS starts_on, t50.ends_before AS ends_before, t50.precision AS precision, t50.title AS title, t50.is_exclusive AS is_exclusive, t50.source_id AS source_id, t50.owner_id AS owner_id, t50.audience AS audience, t50.confidence AS confidence, t50.created_at AS created_at, t50.version AS version, t50.recorded_from AS recorded_from, t50.object_id AS far_id, CASE WHEN (t50.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t50
        WHERE t50.subject_id = t1.id
        UNION ALL SELECT t51.id AS id, t51.subject_id AS subject_id, t51.subject_kind AS subject_kind, t51.object_id AS object_id, t51.object_kind AS object_kind, t51.role AS role, t51.valid AS valid, t51.starts_on AS starts_on, t51.ends_before AS ends_before, t51.precision AS precision, t51.title AS title, t51.is_exclusive AS is_exclusive, t51.source_id AS source_id, t51.owner_id AS owner_id, t51.audience AS audience, t51.confidence AS confidence, t51.created_at AS created_at, t51.version AS version, t51.recorded_from AS recorded_from, t51.subject_id AS far_id, CASE WHEN (t51.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t51
        WHERE t51.object_id = t1.id
      ) AS t52
      WHERE t48.audience = 'PUBLIC' AND t48.id = t52.far_id AND t52.starts_on <= $1::DATE AND (t52.ends_before > $1::DATE OR t52.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t52.audience = 'PUBLIC' AND t48.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t53
  ), '}'), ',"names":[', (
    SELECT string_agg(t55.item, ',') AS string_agg_1
    FROM (
      SELECT concat('{"value":', to_json(t54.value), '}') AS item
      FROM entity_name AS t54
      WHERE t54.entity_id = t1.id
      ORDER BY t54.type, t54.lang, t54.value
    ) AS t55
  ), '],"identifiers":[', (
    SELECT string_agg(t57.item, ',') AS string_agg_2
    FROM (
      SELECT concat('{"value":', to_json(t56.value), '}') AS item
      FROM identifier AS t56
      WHERE t56.entity_id = t1.id
      ORDER BY t56.scheme, t56.value
    ) AS t57
  ), '],"source":', coalesce((
    SELECT concat('{"slug":', to_json(t58.slug), '}') AS concat_2
    FROM source AS t58
    WHERE t58.id = t1.source_id AND t58.audience = 'PUBLIC'
  ), 'null'), ',"owner":', coalesce((
    SELECT concat('{"slug":', to_json(t59.slug), '}') AS concat_3
    FROM common.partner AS t59
    WHERE t59.id = t1.owner_id
  ), 'null'), '}')) AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
