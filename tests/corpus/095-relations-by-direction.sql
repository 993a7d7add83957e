-- $1 = 2021-01-01
-- $2 = university-8
SELECT concat(coalesce((
  SELECT concat('{"out":', (
    SELECT concat('{"edges":[', string_agg(concat('{"direction":"', t8.x_direction, '","role":"', CAST(t8.r_role AS TEXT), '","node":{"slug":', to_json(t8.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t7.role AS r_role, t7.direction AS x_direction
      FROM entity AS t2, (
        SELECT t6.id AS id, t6.subject_id AS subject_id, t6.subject_kind AS subject_kind, t6.object_id AS object_id, t6.object_kind AS object_kind, t6.role AS role, t6.valid AS valid, t6.starts_on AS starts_on, t6.ends_before AS ends_before, t6.precision AS precision, t6.title AS title, t6.is_exclusive AS is_exclusive, t6.source_id AS source_id, t6.owner_id AS owner_id, t6.audience AS audience, t6.confidence AS confidence, t6.created_at AS created_at, t6.version AS version, t6.recorded_from AS recorded_from, t6.far_id AS far_id, t6.direction AS direction
        FROM (
          SELECT t4.id AS id, t4.subject_id AS subject_id, t4.subject_kind AS subject_kind, t4.object_id AS object_id, t4.object_kind AS object_kind, t4.role AS role, t4.valid AS valid, t4.starts_on AS starts_on, t4.ends_before AS ends_before, t4.precision AS precision, t4.title AS title, t4.is_exclusive AS is_exclusive, t4.source_id AS source_id, t4.owner_id AS owner_id, t4.audience AS audience, t4.confidence AS confidence, t4.created_at AS created_at, t4.version AS version, t4.recorded_from AS recorded_from, t4.object_id AS far_id, CASE WHEN (t4.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t4
          WHERE t4.subject_id = t1.id
          UNION ALL SELECT t5.id AS id, t5.subject_id AS subject_id, t5.subject_kind AS subject_kind, t5.object_id AS object_id, t5.object_kind AS object_kind, t5.role AS role, t5.valid AS valid, t5.starts_on AS starts_on, t5.ends_before AS ends_before, t5.precision AS precision, t5.title AS title, t5.is_exclusive AS is_exclusive, t5.source_id AS source_id, t5.owner_id AS owner_id, t5.audience AS audience, t5.confidence AS confidence, t5.created_at AS created_at, t5.version AS version, t5.recorded_from AS recorded_from, t5.subject_id AS far_id, CASE WHEN (t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t5
          WHERE t5.object_id = t1.id AND t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')
        ) AS t6
        WHERE t6.starts_on <= $1::DATE AND (t6.ends_before > $1::DATE OR t6.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t6.audience = 'PUBLIC'
        ORDER BY t6.far_id, t6.id
      ) AS t7
      WHERE t2.audience = 'PUBLIC' AND t2.id = t7.far_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t7.far_id ASC, t7.id ASC
      LIMIT 10
    ) AS t8
  ), ',"in":', (
    SELECT concat('{"edges":[', string_agg(concat('{"direction":"', t15.x_direction, '","role":"', CAST(t15.r_role AS TEXT), '","node":{"slug":', to_json(t15.n_slug), '}}'), ','), ']}') AS concat_3
    FROM (
      SELECT t9.slug AS n_slug, t14.role AS r_role, t14.direction AS x_direction
      FROM entity AS t9, (
        SELECT t13.id AS id, t13.subject_id AS subject_id, t13.subject_kind AS subject_kind, t13.object_id AS object_id, t13.object_kind AS object_kind, t13.role AS role, t13.valid AS valid, t13.starts_on AS starts_on, t13.ends_before AS ends_before, t13.precision AS precision, t13.title AS title, t13.is_exclusive AS is_exclusive, t13.source_id AS source_id, t13.owner_id AS owner_id, t13.audience AS audience, t13.confidence AS confidence, t13.created_at AS created_at, t13.version AS version, t13.recorded_from AS recorded_from, t13.far_id AS far_id, t13.direction AS direction
        FROM (
          SELECT t11.id AS id, t11.subject_id AS subject_id, t11.subject_kind AS subject_kind, t11.object_id AS object_id, t11.object_kind AS object_kind, t11.role AS role, t11.valid AS valid, t11.starts_on AS starts_on, t11.ends_before AS ends_before, t11.precision AS precision, t11.title AS title, t11.is_exclusive AS is_exclusive, t11.source_id AS source_id, t11.owner_id AS owner_id, t11.audience AS audience, t11.confidence AS confidence, t11.created_at AS created_at, t11.version AS version, t11.recorded_from AS recorded_from, t11.object_id AS far_id, CASE WHEN (t11.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t11
          WHERE t11.subject_id = t1.id AND t11.role IN ('COLLABORATES_WITH', 'RELATED_TO')
          UNION ALL SELECT t12.id AS id, t12.subject_id AS subject_id, t12.subject_kind AS subject_kind, t12.object_id AS object_id, t12.object_kind AS object_kind, t12.role AS role, t12.valid AS valid, t12.starts_on AS starts_on, t12.ends_before AS ends_before, t12.precision AS precision, t12.title AS title, t12.is_exclusive AS is_exclusive, t12.source_id AS source_id, t12.owner_id AS owner_id, t12.audience AS audience, t12.confidence AS confidence, t12.created_at AS created_at, t12.version AS version, t12.recorded_from AS recorded_from, t12.subject_id AS far_id, CASE WHEN (t12.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t12
          WHERE t12.object_id = t1.id
        ) AS t13
        WHERE t13.starts_on <= $1::DATE AND (t13.ends_before > $1::DATE OR t13.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t13.audience = 'PUBLIC'
        ORDER BY t13.far_id, t13.id
      ) AS t14
      WHERE t9.audience = 'PUBLIC' AND t9.id = t14.far_id AND t9.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t14.far_id ASC, t14.id ASC
      LIMIT 10
    ) AS t15
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
