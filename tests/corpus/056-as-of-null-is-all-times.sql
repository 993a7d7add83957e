-- $1 = zone-2
SELECT concat(coalesce((
  SELECT concat('{"status":', coalesce('"' || CAST((
    SELECT zs.status
    FROM zone_status AS zs
    WHERE zs.zone_id = t1.id AND zs.audience = 'PUBLIC'
    ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
    LIMIT 1
  ) AS TEXT) || '"', 'null'), ',"companies":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
      FROM (
        SELECT 1 AS one
        FROM entity AS t5, relation AS t6
        WHERE t5.kind = 'COMPANY' AND t5.audience = 'PUBLIC' AND t6.object_id = t1.id AND t6.role IN ('TENANT_OF') AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t7
    ), ',"nodeCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
      FROM (
        SELECT DISTINCT t8.id AS id
        FROM entity AS t8, relation AS t9
        WHERE t8.kind = 'COMPANY' AND t8.audience = 'PUBLIC' AND t9.object_id = t1.id AND t9.role IN ('TENANT_OF') AND t9.audience = 'PUBLIC' AND t8.id = t9.subject_id AND t8.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t10
    ), ',"edges":[', string_agg(concat('{"since":', coalesce('"' || CAST(CASE WHEN (t4.r_starts_on > '-infinity'::date) THEN t4.r_starts_on END AS TEXT) || '"', 'null'), ',"until":', coalesce('"' || CAST(CASE WHEN (t4.r_ends_before < 'infinity'::date) THEN CAST(t4.r_ends_before - 1 AS DATE) END AS TEXT) || '"', 'null'), ',"node":{"slug":', to_json(t4.n_slug), '}}'), ','), ']}') AS concat_2
    FROM (
      SELECT t2.slug AS n_slug, t3.starts_on AS r_starts_on, t3.ends_before AS r_ends_before
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'COMPANY' AND t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('TENANT_OF') AND t3.audience = 'PUBLIC' AND t2.id = t3.subject_id AND t2.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t2.slug ASC, t3.subject_id ASC, t3.id ASC
      LIMIT 20
    ) AS t4
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $1::TEXT AND t1.kind = 'ZONE' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
