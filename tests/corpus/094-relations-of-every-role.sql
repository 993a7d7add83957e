-- $1 = 2021-01-01
-- $2 = university-8
SELECT concat(coalesce((
  SELECT concat('{"relations":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
      FROM (
        SELECT 1 AS one
        FROM entity AS t9, (
          SELECT t13.id AS id, t13.subject_id AS subject_id, t13.subject_kind AS subject_kind, t13.object_id AS object_id, t13.object_kind AS object_kind, t13.role AS role, t13.valid AS valid, t13.starts_on AS starts_on, t13.ends_before AS ends_before, t13.precision AS precision, t13.title AS title, t13.is_exclusive AS is_exclusive, t13.source_id AS source_id, t13.owner_id AS owner_id, t13.audience AS audience, t13.confidence AS confidence, t13.created_at AS created_at, t13.version AS version, t13.recorded_from AS recorded_from, t13.far_id AS far_id, t13.direction AS direction
          FROM (
            SELECT t11.id AS id, t11.subject_id AS subject_id, t11.subject_kind AS subject_kind, t11.object_id AS object_id, t11.object_kind AS object_kind, t11.role AS role, t11.valid AS valid, t11.starts_on AS starts_on, t11.ends_before AS ends_before, t11.precision AS precision, t11.title AS title, t11.is_exclusive AS is_exclusive, t11.source_id AS source_id, t11.owner_id AS owner_id, t11.audience AS audience, t11.confidence AS confidence, t11.created_at AS created_at, t11.version AS version, t11.recorded_from AS recorded_from, t11.object_id AS far_id, CASE WHEN (t11.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
            FROM relation AS t11
            WHERE t11.subject_id = t1.id
            UNION ALL SELECT t12.id AS id, t12.subject_id AS subject_id, t12.subject_kind AS subject_kind, t12.object_id AS object_id, t12.object_kind AS object_kind, t12.role AS role, t12.valid AS valid, t12.starts_on AS starts_on, t12.ends_before AS ends_before, t12.precision AS precision, t12.title AS title, t12.is_exclusive AS is_exclusive, t12.source_id AS source_id, t12.owner_id AS owner_id, t12.audience AS audience, t12.confidence AS confidence, t12.created_at AS created_at, t12.version AS version, t12.recorded_from AS recorded_from, t12.subject_id AS far_id, CASE WHEN (t12.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
            FROM relation AS t12
            WHERE t12.object_id = t1.id
          ) AS t13
          WHERE t13.starts_on <= $1::DATE AND (t13.ends_before > $1::DATE OR t13.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t13.audience = 'PUBLIC'
          ORDER BY t13.far_id, t13.id
        ) AS t14
        WHERE t9.audience = 'PUBLIC' AND t9.id = t14.far_id AND t9.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t15
    ), ',"nodeCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
      FROM (
        SELECT DISTINCT t16.id AS id
        FROM entity AS t16, (
          SELECT t20.id AS id, t20.subject_id AS subject_id, t20.subject_kind AS subject_kind, t20.object_id AS object_id, t20.object_kind AS object_kind, t20.role AS role, t20.valid AS valid, t20.starts_on AS starts_on, t20.ends_before AS ends_before, t20.precision AS precision, t20.title AS title, t20.is_exclusive AS is_exclusive, t20.source_id AS source_id, t20.owner_id AS owner_id, t20.audience AS audience, t20.confidence AS confidence, t20.created_at AS created_at, t20.version AS version, t20.recorded_from AS recorded_from, t20.far_id AS far_id, t20.direction AS direction
          FROM (
            SELECT t18.id AS id, t18.subject_id AS subject_id, t18.subject_kind AS subject_kind, t18.object_id AS object_id, t18.object_kind AS object_kind, t18.role AS role, t18.valid AS valid, t18.starts_on AS starts_on, t18.ends_before AS ends_before, t18.precision AS precision, t18.title AS title, t18.is_exclusive AS is_exclusive, t18.source_id AS source_id, t18.owner_id AS owner_id, t18.audience AS audience, t18.confidence AS confidence, t18.created_at AS created_at, t18.version AS version, t18.recorded_from AS recorded_from, t18.object_id AS far_id, CASE WHEN (t18.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
            FROM relation AS t18
            WHERE t18.subject_id = t1.id
            UNION ALL SELECT t19.id AS id, t19.subject_id AS subject_id, t19.subject_kind AS subject_kind, t19.object_id AS object_id, t19.object_kind AS object_kind, t19.role AS role, t19.valid AS valid, t19.starts_on AS starts_on, t19.ends_before AS ends_before, t19.precision AS precision, t19.title AS title, t19.is_exclusive AS is_exclusive, t19.source_id AS source_id, t19.owner_id AS owner_id, t19.audience AS audience, t19.confidence AS confidence, t19.created_at AS created_at, t19.version AS version, t19.recorded_from AS recorded_from, t19.subject_id AS far_id, CASE WHEN (t19.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
            FROM relation AS t19
            WHERE t19.object_id = t1.id
          ) AS t20
          WHERE t20.starts_on <= $1::DATE AND (t20.ends_before > $1::DATE OR t20.role IN ('ATTENDED', 'CONVENED', 'FOUNDED', 'INVESTED_IN', 'SPIN_OFF_OF', 'STUDIED_AT', 'SUCCEEDS')) AND t20.audience = 'PUBLIC'
          ORDER BY t20.far_id, t20.id
        ) AS t21
        WHERE t16.audience = 'PUBLIC' AND t16.id = t21.far_id AND t16.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t22
    ), ',"edges":[', string_agg(concat('{"direction":"', t8.x_direction, '","role":"', CAST(t8.r_role AS TEXT), '","title":', coalesce(CAST(to_json(t8.r_title) AS TEXT), 'null'), ',"since":', coalesce('"' || CAST(CASE WHEN (t8.r_starts_on > '-infinity'::date) THEN t8.r_starts_on END AS TEXT) || '"', 'null'), ',"until":', coalesce('"' || CAST(CASE WHEN (t8.r_ends_before < 'infinity'::date) THEN CAST(t8.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"precision":"', CAST(t8.r_precision AS TEXT), '","confidence":', coalesce(CAST(t8.r_confidence AS TEXT), 'null'), ',"source":', coalesce((
      SELECT concat('{"slug":', to_json(t23.slug), '}') AS concat_3
      FROM source AS t23
      WHERE t23.id = t8.r_source_id AND t23.audience = 'PUBLIC'
    ), 'null'), ',"node":{"slug":', to_json(t8.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t7.role AS r_role, t7.title AS r_title, t7.starts_on AS r_starts_on, t7.ends_before AS r_ends_before, t7.precision AS r_precision, t7.confidence AS r_confidence, t7.source_id AS r_source_id, t7.direction AS x_direction
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
      LIMIT 50
    ) AS t8
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'UNIVERSITY' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
