-- $1 = 2021-01-01
-- $2 = university-8
-- $3 = meeting-4
SELECT concat(coalesce((
  SELECT concat('{"collaborators":', (
    SELECT concat('{"edges":[', string_agg(concat('{"direction":"', t7.x_direction, '","node":{"slug":', to_json(t7.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t6.direction AS x_direction
      FROM entity AS t2, (
        SELECT t4.id AS id, t4.subject_id AS subject_id, t4.subject_kind AS subject_kind, t4.object_id AS object_id, t4.object_kind AS object_kind, t4.role AS role, t4.valid AS valid, t4.starts_on AS starts_on, t4.ends_before AS ends_before, t4.precision AS precision, t4.title AS title, t4.is_exclusive AS is_exclusive, t4.source_id AS source_id, t4.owner_id AS owner_id, t4.audience AS audience, t4.confidence AS confidence, t4.created_at AS created_at, t4.version AS version, t4.recorded_from AS recorded_from, t4.object_id AS far_id, CASE WHEN (t4.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t4
        WHERE t4.subject_id = t1.id AND t4.role IN ('COLLABORATES_WITH')
        UNION ALL SELECT t5.id AS id, t5.subject_id AS subject_id, t5.subject_kind AS subject_kind, t5.object_id AS object_id, t5.object_kind AS object_kind, t5.role AS role, t5.valid AS valid, t5.starts_on AS starts_on, t5.ends_before AS ends_before, t5.precision AS precision, t5.title AS title, t5.is_exclusive AS is_exclusive, t5.source_id AS source_id, t5.owner_id AS owner_id, t5.audience AS audience, t5.confidence AS confidence, t5.created_at AS created_at, t5.version AS version, t5.recorded_from AS recorded_from, t5.subject_id AS far_id, CASE WHEN (t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t5
        WHERE t5.object_id = t1.id AND t5.role IN ('COLLABORATES_WITH')
      ) AS t6
      WHERE t2.audience = 'PUBLIC' AND t2.id = t6.far_id AND t6.starts_on <= $1::DATE AND t6.ends_before > $1::DATE AND t6.audience = 'PUBLIC' AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t6.far_id ASC, t6.id ASC
      LIMIT 10
    ) AS t7
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"relations":', (
    SELECT concat('{"edges":[', string_agg(concat('{"direction":"', t14.x_direction, '","node":{"slug":', to_json(t14.n_slug), '}}'), ','), ']}') AS concat_4
    FROM (
      SELECT t9.slug AS n_slug, t13.direction AS x_direction
      FROM entity AS t9, (
        SELECT t11.id AS id, t11.subject_id AS subject_id, t11.subject_kind AS subject_kind, t11.object_id AS object_id, t11.object_kind AS object_kind, t11.role AS role, t11.valid AS valid, t11.starts_on AS starts_on, t11.ends_before AS ends_before, t11.precision AS precision, t11.title AS title, t11.is_exclusive AS is_exclusive, t11.source_id AS source_id, t11.owner_id AS owner_id, t11.audience AS audience, t11.confidence AS confidence, t11.created_at AS created_at, t11.version AS version, t11.recorded_from AS recorded_from, t11.object_id AS far_id, CASE WHEN (t11.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
        FROM relation AS t11
        WHERE t11.subject_id = t8.id AND t11.role IN ('COLLABORATES_WITH')
        UNION ALL SELECT t12.id AS id, t12.subject_id AS subject_id, t12.subject_kind AS subject_kind, t12.object_id AS object_id, t12.object_kind AS object_kind, t12.role AS role, t12.valid AS valid, t12.starts_on AS starts_on, t12.ends_before AS ends_before, t12.precision AS precision, t12.title AS title, t12.is_exclusive AS is_exclusive, t12.source_id AS source_id, t12.owner_id AS owner_id, t12.audience AS audience, t12.confidence AS confidence, t12.created_at AS created_at, t12.version AS version, t12.recorded_from AS recorded_from, t12.subject_id AS far_id, CASE WHEN (t12.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
        FROM relation AS t12
        WHERE t12.object_id = t8.id AND t12.role IN ('COLLABORATES_WITH')
      ) AS t13
      WHERE t9.audience = 'PUBLIC' AND t9.id = t13.far_id AND t13.starts_on <= $1::DATE AND t13.ends_before > $1::DATE AND t13.audience = 'PUBLIC' AND t9.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t13.far_id ASC, t13.id ASC
      LIMIT 10
    ) AS t14
  ), '}') AS concat_3
  FROM entity AS t8
  WHERE t8.slug = $3::TEXT AND t8.kind = 'MEETING' AND t8.audience = 'PUBLIC'
), 'null')) AS r1
