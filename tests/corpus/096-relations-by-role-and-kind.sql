-- $1 = 2021-01-01
-- $2 = ['MEETING', 'GOVERNMENT_BODY']
-- $3 = ['GOVERNMENT_BODY']
-- $4 = university-8
SELECT concat(coalesce((
  SELECT concat('{"roles":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t7.r_role AS TEXT), '","node":{"slug":', to_json(t7.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t6.role AS r_role
      FROM entity AS t2, (
        SELECT t4.id AS id, t4.subject_id AS subject_id, t4.subject_kind AS subject_kind, t4.object_id AS object_id, t4.object_kind AS object_kind, t4.role AS role, t4.valid AS valid, t4.starts_on AS starts_on, t4.ends_before AS ends_before, t4.precision AS precision, t4.title AS title, t4.is_exclusive AS is_exclusive, t4.source_id AS source_id, t4.owner_id AS owner_id, t4.audience AS audience, t4.confidence AS confidence, t4.created_at AS created_at, t4.version AS version, t4.recorded_from AS recorded_from, t4.object_id AS far_id, CASE WHEN (t4.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t4
        WHERE t4.subject_id = t1.id AND t4.role IN ('SPIN_OFF_OF', 'EMPLOYED_BY')
        UNION ALL SELECT t5.id AS id, t5.subject_id AS subject_id, t5.subject_kind AS subject_kind, t5.object_id AS object_id, t5.object_kind AS object_kind, t5.role AS role, t5.valid AS valid, t5.starts_on AS starts_on, t5.ends_before AS ends_before, t5.precision AS precision, t5.title AS title, t5.is_exclusive AS is_exclusive, t5.source_id AS source_id, t5.owner_id AS owner_id, t5.audience AS audience, t5.confidence AS confidence, t5.created_at AS created_at, t5.version AS version, t5.recorded_from AS recorded_from, t5.subject_id AS far_id, CASE WHEN (t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t5
        WHERE t5.object_id = t1.id AND t5.role IN ('SPIN_OFF_OF', 'EMPLOYED_BY')
      ) AS t6
      WHERE t2.audience = 'PUBLIC' AND t2.id = t6.far_id AND t6.starts_on <= $1::DATE AND (t6.ends_before > $1::DATE OR t6.role IN ('SPIN_OFF_OF')) AND t6.audience = 'PUBLIC' AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t6.far_id ASC, t6.id ASC
      LIMIT 10
    ) AS t7
  ), ',"kinds":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t13.r_role AS TEXT), '","node":{"slug":', to_json(t13.n_slug), '}}'), ','), ']}') AS concat_3
    FROM (
      SELECT t8.slug AS n_slug, t12.role AS r_role
      FROM entity AS t8, (
        SELECT t10.id AS id, t10.subject_id AS subject_id, t10.subject_kind AS subject_kind, t10.object_id AS object_id, t10.object_kind AS object_kind, t10.role AS role, t10.valid AS valid, t10.starts_on AS starts_on, t10.ends_before AS ends_before, t10.precision AS precision, t10.title AS title, t10.is_exclusive AS is_exclusive, t10.source_id AS source_id, t10.owner_id AS owner_id, t10.audience AS audience, t10.confidence AS confidence, t10.created_at AS created_at, t10.version AS version, t10.recorded_from AS recorded_from, t10.object_id AS far_id, CASE WHEN (t10.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t10
        WHERE t10.subject_id = t1.id
        UNION ALL SELECT t11.id AS id, t11.subject_id AS subject_id, t11.subject_kind AS subject_kind, t11.object_id AS object_id, t11.object_kind AS object_kind, t11.role AS role, t11.valid AS valid, t11.starts_on AS starts_on, t11.ends_before AS ends_before, t11.precision AS precision, t11.title AS title, t11.is_exclusive AS is_exclusive, t11.source_id AS source_id, t11.owner_id AS owner_id, t11.audience AS audience, t11.confidence AS confidence, t11.created_at AS created_at, t11.version AS version, t11.recorded_from AS recorded_from, t11.subject_id AS far_id, CASE WHEN (t11.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t11
        WHERE t11.object_id = t1.id
      ) AS t12
      WHERE t8.audience = 'PUBLIC' AND t8.id = t12.far_id AND t12.starts_on <= $1::DATE AND (t12.ends_before > $1::DATE OR t12.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t12.audience = 'PUBLIC' AND t8.record_status IN ('ACTIVE', 'INACTIVE') AND t8.kind = any($2::TEXT[])
      ORDER BY t12.far_id ASC, t12.id ASC
      LIMIT 10
    ) AS t13
  ), ',"both":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t19.r_role AS TEXT), '","direction":"', t19.x_direction, '","node":{"slug":', to_json(t19.n_slug), '}}'), ','), ']}') AS concat_4
    FROM (
      SELECT t14.slug AS n_slug, t18.role AS r_role, t18.direction AS x_direction
      FROM entity AS t14, (
        SELECT t16.id AS id, t16.subject_id AS subject_id, t16.subject_kind AS subject_kind, t16.object_id AS object_id, t16.object_kind AS object_kind, t16.role AS role, t16.valid AS valid, t16.starts_on AS starts_on, t16.ends_before AS ends_before, t16.precision AS precision, t16.title AS title, t16.is_exclusive AS is_exclusive, t16.source_id AS source_id, t16.owner_id AS owner_id, t16.audience AS audience, t16.confidence AS confidence, t16.created_at AS created_at, t16.version AS version, t16.recorded_from AS recorded_from, t16.object_id AS far_id, CASE WHEN (t16.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t16
        WHERE t16.subject_id = t1.id AND t16.role IN ('RELATED_TO')
        UNION ALL SELECT t17.id AS id, t17.subject_id AS subject_id, t17.subject_kind AS subject_kind, t17.object_id AS object_id, t17.object_kind AS object_kind, t17.role AS role, t17.valid AS valid, t17.starts_on AS starts_on, t17.ends_before AS ends_before, t17.precision AS precision, t17.title AS title, t17.is_exclusive AS is_exclusive, t17.source_id AS source_id, t17.owner_id AS owner_id, t17.audience AS audience, t17.confidence AS confidence, t17.created_at AS created_at, t17.version AS version, t17.recorded_from AS recorded_from, t17.subject_id AS far_id, CASE WHEN (t17.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t17
        WHERE t17.object_id = t1.id AND t17.role IN ('RELATED_TO')
      ) AS t18
      WHERE t14.audience = 'PUBLIC' AND t14.id = t18.far_id AND t18.starts_on <= $1::DATE AND t18.ends_before > $1::DATE AND t18.audience = 'PUBLIC' AND t14.record_status IN ('ACTIVE', 'INACTIVE') AND t14.kind = any($3::TEXT[])
      ORDER BY t18.far_id ASC, t18.id ASC
      LIMIT 10
    ) AS t19
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $4::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
