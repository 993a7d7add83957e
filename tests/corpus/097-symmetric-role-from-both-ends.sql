-- $1 = 2021-01-01
-- $2 = university-8
-- $3 = meeting-4
SELECT concat(coalesce((
  SELECT concat('{"collaborators":', (
    SELECT concat('{"edges":[', string_agg(concat('{"direction":"', t8.x_direction, '","node":{"slug":', to_json(t8.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t7.direction AS x_direction
      FROM entity AS t2, (
        SELECT t6.id AS id, t6.subject_id AS subject_id, t6.subject_kind AS subject_kind, t6.object_id AS object_id, t6.object_kind AS object_kind, t6.role AS role, t6.valid AS valid, t6.starts_on AS starts_on, t6.ends_before AS ends_before, t6.precision AS precision, t6.title AS title, t6.is_exclusive AS is_exclusive, t6.source_id AS source_id, t6.owner_id AS owner_id, t6.audience AS audience, t6.confidence AS confidence, t6.created_at AS created_at, t6.version AS version, t6.recorded_from AS recorded_from, t6.far_id AS far_id, t6.direction AS direction
        FROM (
          SELECT t4.id AS id, t4.subject_id AS subject_id, t4.subject_kind AS subject_kind, t4.object_id AS object_id, t4.object_kind AS object_kind, t4.role AS role, t4.valid AS valid, t4.starts_on AS starts_on, t4.ends_before AS ends_before, t4.precision AS precision, t4.title AS title, t4.is_exclusive AS is_exclusive, t4.source_id AS source_id, t4.owner_id AS owner_id, t4.audience AS audience, t4.confidence AS confidence, t4.created_at AS created_at, t4.version AS version, t4.recorded_from AS recorded_from, t4.object_id AS far_id, CASE WHEN (t4.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t4
          WHERE t4.subject_id = t1.id AND t4.role IN ('COLLABORATES_WITH')
          UNION ALL SELECT t5.id AS id, t5.subject_id AS subject_id, t5.subject_kind AS subject_kind, t5.object_id AS object_id, t5.object_kind AS object_kind, t5.role AS role, t5.valid AS valid, t5.starts_on AS starts_on, t5.ends_before AS ends_before, t5.precision AS precision, t5.title AS title, t5.is_exclusive AS is_exclusive, t5.source_id AS source_id, t5.owner_id AS owner_id, t5.audience AS audience, t5.confidence AS confidence, t5.created_at AS created_at, t5.version AS version, t5.recorded_from AS recorded_from, t5.subject_id AS far_id, CASE WHEN (t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t5
          WHERE t5.object_id = t1.id AND t5.role IN ('COLLABORATES_WITH')
        ) AS t6
        WHERE t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC'
        ORDER BY t6.far_id, t6.id
      ) AS t7
      WHERE t2.audience = 'PUBLIC' AND t2.id = t7.far_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t7.far_id ASC, t7.id ASC
      LIMIT 10
    ) AS t8
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"relations":', (
    SELECT concat('{"edges":[', string_agg(concat('{"direction":"', t16.x_direction, '","node":{"slug":', to_json(t16.n_slug), '}}'), ','), ']}') AS concat_4
    FROM (
      SELECT t10.slug AS n_slug, t15.direction AS x_direction
      FROM entity AS t10, (
        SELECT t14.id AS id, t14.subject_id AS subject_id, t14.subject_kind AS subject_kind, t14.object_id AS object_id, t14.object_kind AS object_kind, t14.role AS role, t14.valid AS valid, t14.starts_on AS starts_on, t14.ends_before AS ends_before, t14.precision AS precision, t14.title AS title, t14.is_exclusive AS is_exclusive, t14.source_id AS source_id, t14.owner_id AS owner_id, t14.audience AS audience, t14.confidence AS confidence, t14.created_at AS created_at, t14.version AS version, t14.recorded_from AS recorded_from, t14.far_id AS far_id, t14.direction AS direction
        FROM (
          SELECT t12.id AS id, t12.subject_id AS subject_id, t12.subject_kind AS subject_kind, t12.object_id AS object_id, t12.object_kind AS object_kind, t12.role AS role, t12.valid AS valid, t12.starts_on AS starts_on, t12.ends_before AS ends_before, t12.precision AS precision, t12.title AS title, t12.is_exclusive AS is_exclusive, t12.source_id AS source_id, t12.owner_id AS owner_id, t12.audience AS audience, t12.confidence AS confidence, t12.created_at AS created_at, t12.version AS version, t12.recorded_from AS recorded_from, t12.object_id AS far_id, CASE WHEN (t12.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t12
          WHERE t12.subject_id = t9.id AND t12.role IN ('COLLABORATES_WITH')
          UNION ALL SELECT t13.id AS id, t13.subject_id AS subject_id, t13.subject_kind AS subject_kind, t13.object_id AS object_id, t13.object_kind AS object_kind, t13.role AS role, t13.valid AS valid, t13.starts_on AS starts_on, t13.ends_before AS ends_before, t13.precision AS precision, t13.title AS title, t13.is_exclusive AS is_exclusive, t13.source_id AS source_id, t13.owner_id AS owner_id, t13.audience AS audience, t13.confidence AS confidence, t13.created_at AS created_at, t13.version AS version, t13.recorded_from AS recorded_from, t13.subject_id AS far_id, CASE WHEN (t13.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t13
          WHERE t13.object_id = t9.id AND t13.role IN ('COLLABORATES_WITH')
        ) AS t14
        WHERE t14.starts_on <= $1::DATE AND t14.ends_before > $1::DATE AND t14.audience = 'PUBLIC'
        ORDER BY t14.far_id, t14.id
      ) AS t15
      WHERE t10.audience = 'PUBLIC' AND t10.id = t15.far_id AND t10.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t15.far_id ASC, t15.id ASC
      LIMIT 10
    ) AS t16
  ), '}') AS concat_3
  FROM entity AS t9
  WHERE t9.slug = $3::TEXT AND t9.kind = 'MEETING' AND t9.audience = 'PUBLIC'
), 'null')) AS r1
