-- $1 = 2021-01-01
-- $2 = zone-3
SELECT concat(coalesce((
  SELECT concat('{"status":', coalesce('"' || CAST((
    SELECT zs.status
    FROM zone_status AS zs
    WHERE zs.zone_id = t1.id AND zs.audience = 'PUBLIC' AND zs.starts_on <= $1::DATE AND zs.ends_before > $1::DATE
    ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
    LIMIT 1
  ) AS TEXT) || '"', 'null'), ',"companies":', (
    SELECT concat('{"edges":[', string_agg(concat('{"since":', coalesce('"' || CAST(CASE WHEN (t4.r_starts_on > '-infinity'::date) THEN t4.r_starts_on END AS TEXT) || '"', 'null'), ',"until":', coalesce('"' || CAST(CASE WHEN (t4.r_ends_before < 'infinity'::date) THEN CAST(t4.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"node":{"slug":', to_json(t4.n_slug), ',"experts":', (
      SELECT concat('{"edges":[', string_agg(concat('{"role":"', CAST(t7.r_role AS TEXT), '","since":', coalesce('"' || CAST(CASE WHEN (t7.r_starts_on > '-infinity'::date) THEN t7.r_starts_on END AS TEXT) || '"', 'null'), ',"until":', coalesce('"' || CAST(CASE WHEN (t7.r_ends_before < 'infinity'::date) THEN CAST(t7.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"node":{"slug":', to_json(t7.n_slug), '}}'), ','), ']}') AS concat_3
      FROM (
        SELECT t8.n_slug AS n_slug, t8.r_role AS r_role, t8.r_starts_on AS r_starts_on, t8.r_ends_before AS r_ends_before
        FROM unnest('{EMPLOYED_BY,HOLDS_POST_AT,FOUNDED,BOARD_MEMBER_OF}'::text[]) AS t9(role), LATERAL (
          SELECT t5.slug AS n_slug, t6.role AS r_role, t6.starts_on AS r_starts_on, t6.ends_before AS r_ends_before, t6.subject_id AS k_0, t6.id AS k_1
          FROM entity AS t5, relation AS t6
          WHERE t5.kind = 'EXPERT' AND t5.audience = 'PUBLIC' AND t6.object_id = t4.n_id AND t6.starts_on <= $1::DATE AND (t6.ends_before > $1::DATE OR t6.role IN ('FOUNDED')) AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND t6.role = t9.role
          ORDER BY t6.subject_id ASC, t6.id ASC
          LIMIT 10
        ) AS t8
        ORDER BY t8.k_0 ASC, t8.k_1 ASC
        LIMIT 10
      ) AS t7
    ), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t2.id AS n_id, t3.starts_on AS r_starts_on, t3.ends_before AS r_ends_before
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'COMPANY' AND t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('TENANT_OF') AND t3.starts_on <= $1::DATE AND t3.ends_before > $1::DATE AND t3.audience = 'PUBLIC' AND t2.id = t3.subject_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t3.subject_id ASC, t3.id ASC
      LIMIT 20
    ) AS t4
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'ZONE' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
