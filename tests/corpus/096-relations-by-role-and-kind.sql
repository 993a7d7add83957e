-- $1 = 2021-01-01
-- $2 = ['MEETING', 'GOVERNMENT_BODY']
-- $3 = ['GOVERNMENT_BODY']
-- $4 = university-8
SELECT concat(coalesce((
  SELECT concat('{"roles":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t8.r_role AS TEXT), '","node":{"slug":', to_json(t8.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t7.role AS r_role
      FROM entity AS t2, (
        SELECT t6.id AS id, t6.subject_id AS subject_id, t6.subject_kind AS subject_kind, t6.object_id AS object_id, t6.object_kind AS object_kind, t6.role AS role, t6.valid AS valid, t6.starts_on AS starts_on, t6.ends_before AS ends_before, t6.precision AS precision, t6.title AS title, t6.is_exclusive AS is_exclusive, t6.source_id AS source_id, t6.owner_id AS owner_id, t6.audience AS audience, t6.confidence AS confidence, t6.created_at AS created_at, t6.version AS version, t6.recorded_from AS recorded_from, t6.far_id AS far_id, t6.direction AS direction
        FROM (
          SELECT t4.id AS id, t4.subject_id AS subject_id, t4.subject_kind AS subject_kind, t4.object_id AS object_id, t4.object_kind AS object_kind, t4.role AS role, t4.valid AS valid, t4.starts_on AS starts_on, t4.ends_before AS ends_before, t4.precision AS precision, t4.title AS title, t4.is_exclusive AS is_exclusive, t4.source_id AS source_id, t4.owner_id AS owner_id, t4.audience AS audience, t4.confidence AS confidence, t4.created_at AS created_at, t4.version AS version, t4.recorded_from AS recorded_from, t4.object_id AS far_id, CASE WHEN (t4.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t4
          WHERE t4.subject_id = t1.id AND t4.role IN ('SPIN_OFF_OF', 'EMPLOYED_BY')
          UNION ALL SELECT t5.id AS id, t5.subject_id AS subject_id, t5.subject_kind AS subject_kind, t5.object_id AS object_id, t5.object_kind AS object_kind, t5.role AS role, t5.valid AS valid, t5.starts_on AS starts_on, t5.ends_before AS ends_before, t5.precision AS precision, t5.title AS title, t5.is_exclusive AS is_exclusive, t5.source_id AS source_id, t5.owner_id AS owner_id, t5.audience AS audience, t5.confidence AS confidence, t5.created_at AS created_at, t5.version AS version, t5.recorded_from AS recorded_from, t5.subject_id AS far_id, CASE WHEN (t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t5
          WHERE t5.object_id = t1.id AND t5.role IN ('SPIN_OFF_OF', 'EMPLOYED_BY')
        ) AS t6
        WHERE t6.starts_on <= $1::DATE AND (t6.ends_before > $1::DATE OR t6.role IN ('SPIN_OFF_OF')) AND t6.audience = 'PUBLIC'
        ORDER BY t6.far_id, t6.id
      ) AS t7
      WHERE t2.audience = 'PUBLIC' AND t2.id = t7.far_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t7.far_id ASC, t7.id ASC
      LIMIT 10
    ) AS t8
  ), ',"kinds":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t14.r_role AS TEXT), '","node":{"slug":', to_json(t14.n_slug), '}}'), ','), ']}') AS concat_3
    FROM (
      SELECT t9.slug AS n_slug, t13.role AS r_role
      FROM entity AS t9, (
        SELECT t11.id AS id, t11.subject_id AS subject_id, t11.subject_kind AS subject_kind, t11.object_id AS object_id, t11.object_kind AS object_kind, t11.role AS role, t11.valid AS valid, t11.starts_on AS starts_on, t11.ends_before AS ends_before, t11.precision AS precision, t11.title AS title, t11.is_exclusive AS is_exclusive, t11.source_id AS source_id, t11.owner_id AS owner_id, t11.audience AS audience, t11.confidence AS confidence, t11.created_at AS created_at, t11.version AS version, t11.recorded_from AS recorded_from, t11.object_id AS far_id, CASE WHEN (t11.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t11
        WHERE t11.subject_id = t1.id
        UNION ALL SELECT t12.id AS id, t12.subject_id AS subject_id, t12.subject_kind AS subject_kind, t12.object_id AS object_id, t12.object_kind AS object_kind, t12.role AS role, t12.valid AS valid, t12.starts_on AS starts_on, t12.ends_before AS ends_before, t12.precision AS precision, t12.title AS title, t12.is_exclusive AS is_exclusive, t12.source_id AS source_id, t12.owner_id AS owner_id, t12.audience AS audience, t12.confidence AS confidence, t12.created_at AS created_at, t12.version AS version, t12.recorded_from AS recorded_from, t12.subject_id AS far_id, CASE WHEN (t12.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t12
        WHERE t12.object_id = t1.id
      ) AS t13
      WHERE t9.audience = 'PUBLIC' AND t13.starts_on <= $1::DATE AND (t13.ends_before > $1::DATE OR t13.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t13.audience = 'PUBLIC' AND t9.id = t13.far_id AND t9.record_status IN ('ACTIVE', 'INACTIVE') AND t9.kind = any($2::TEXT[])
      ORDER BY t13.far_id ASC, t13.id ASC
      LIMIT 10
    ) AS t14
  ), ',"both":', (
    SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t20.r_role AS TEXT), '","direction":"', t20.x_direction, '","node":{"slug":', to_json(t20.n_slug), '}}'), ','), ']}') AS concat_4
    FROM (
      SELECT t15.slug AS n_slug, t19.role AS r_role, t19.direction AS x_direction
      FROM entity AS t15, (
        SELECT t17.id AS id, t17.subject_id AS subject_id, t17.subject_kind AS subject_kind, t17.object_id AS object_id, t17.object_kind AS object_kind, t17.role AS role, t17.valid AS valid, t17.starts_on AS starts_on, t17.ends_before AS ends_before, t17.precision AS precision, t17.title AS title, t17.is_exclusive AS is_exclusive, t17.source_id AS source_id, t17.owner_id AS owner_id, t17.audience AS audience, t17.confidence AS confidence, t17.created_at AS created_at, t17.version AS version, t17.recorded_from AS recorded_from, t17.object_id AS far_id, CASE WHEN (t17.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t17
        WHERE t17.subject_id = t1.id AND t17.role IN ('RELATED_TO')
        UNION ALL SELECT t18.id AS id, t18.subject_id AS subject_id, t18.subject_kind AS subject_kind, t18.object_id AS object_id, t18.object_kind AS object_kind, t18.role AS role, t18.valid AS valid, t18.starts_on AS starts_on, t18.ends_before AS ends_before, t18.precision AS precision, t18.title AS title, t18.is_exclusive AS is_exclusive, t18.source_id AS source_id, t18.owner_id AS owner_id, t18.audience AS audience, t18.confidence AS confidence, t18.created_at AS created_at, t18.version AS version, t18.recorded_from AS recorded_from, t18.subject_id AS far_id, CASE WHEN (t18.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t18
        WHERE t18.object_id = t1.id AND t18.role IN ('RELATED_TO')
      ) AS t19
      WHERE t15.audience = 'PUBLIC' AND t19.starts_on <= $1::DATE AND t19.ends_before > $1::DATE AND t19.audience = 'PUBLIC' AND t15.id = t19.far_id AND t15.record_status IN ('ACTIVE', 'INACTIVE') AND t15.kind = any($3::TEXT[])
      ORDER BY t19.far_id ASC, t19.id ASC
      LIMIT 10
    ) AS t20
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $4::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
