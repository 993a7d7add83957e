-- $1 = 2023-01-01
-- $2 = meeting-0
SELECT concat(coalesce((
  SELECT concat('{"relations":', (
    SELECT concat('{"nodes":[', string_agg(concat('{', substr(concat(',"slug":', to_json(t8.n_slug), CASE WHEN (t8.n_kind IN ('MEETING')) THEN concat(',"began":', CASE WHEN (t8.n_held_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t8.n_held_on AS TEXT), '"}') END) ELSE '' END, CASE WHEN (t8.n_kind IN ('COMPANY')) THEN concat(',"began":', CASE WHEN (t8.n_founded_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t8.n_founded_on AS TEXT), '"}') END) ELSE '' END, CASE WHEN (t8.n_kind IN ('UNIVERSITY')) THEN concat(',"began":', CASE WHEN (t8.n_established_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t8.n_established_on AS TEXT), '"}') END) ELSE '' END), 2), '}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t2.held_on AS n_held_on, t2.kind AS n_kind, t2.founded_on AS n_founded_on, t2.established_on AS n_established_on
      FROM entity AS t2, (
        SELECT t6.id AS id, t6.subject_id AS subject_id, t6.subject_kind AS subject_kind, t6.object_id AS object_id, t6.object_kind AS object_kind, t6.role AS role, t6.valid AS valid, t6.starts_on AS starts_on, t6.ends_before AS ends_before, t6.precision AS precision, t6.title AS title, t6.is_exclusive AS is_exclusive, t6.source_id AS source_id, t6.owner_id AS owner_id, t6.audience AS audience, t6.confidence AS confidence, t6.created_at AS created_at, t6.version AS version, t6.recorded_from AS recorded_from, t6.far_id AS far_id, t6.direction AS direction
        FROM (
          SELECT t4.id AS id, t4.subject_id AS subject_id, t4.subject_kind AS subject_kind, t4.object_id AS object_id, t4.object_kind AS object_kind, t4.role AS role, t4.valid AS valid, t4.starts_on AS starts_on, t4.ends_before AS ends_before, t4.precision AS precision, t4.title AS title, t4.is_exclusive AS is_exclusive, t4.source_id AS source_id, t4.owner_id AS owner_id, t4.audience AS audience, t4.confidence AS confidence, t4.created_at AS created_at, t4.version AS version, t4.recorded_from AS recorded_from, t4.object_id AS far_id, CASE WHEN (t4.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t4
          WHERE t4.subject_id = t1.id
          UNION ALL SELECT t5.id AS id, t5.subject_id AS subject_id, t5.subject_kind AS subject_kind, t5.object_id AS object_id, t5.object_kind AS object_kind, t5.role AS role, t5.valid AS valid, t5.starts_on AS starts_on, t5.ends_before AS ends_before, t5.precision AS precision, t5.title AS title, t5.is_exclusive AS is_exclusive, t5.source_id AS source_id, t5.owner_id AS owner_id, t5.audience AS audience, t5.confidence AS confidence, t5.created_at AS created_at, t5.version AS version, t5.recorded_from AS recorded_from, t5.subject_id AS far_id, CASE WHEN (t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t5
          WHERE t5.object_id = t1.id
        ) AS t6
        WHERE t6.starts_on <= $1::DATE AND (t6.ends_before > $1::DATE OR t6.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t6.audience = 'PUBLIC'
        ORDER BY t6.far_id, t6.id
      ) AS t7
      WHERE t2.audience = 'PUBLIC' AND t2.id = t7.far_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t7.far_id ASC, t7.id ASC
      LIMIT 30
    ) AS t8
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'MEETING' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
