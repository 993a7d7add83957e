-- $1 = 2018-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"status":', coalesce('"' || CAST((
    SELECT zs.status
    FROM zone_status AS zs
    WHERE zs.zone_id = t2.n_id AND zs.audience = 'PUBLIC' AND zs.starts_on <= $1::DATE AND zs.ends_before > $1::DATE
    ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
    LIMIT 1
  ) AS TEXT) || '"', 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.id AS n_id
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND (
      SELECT zs.status
      FROM zone_status AS zs
      WHERE zs.zone_id = t1.id AND zs.audience = 'PUBLIC' AND zs.starts_on <= $1::DATE AND zs.ends_before > $1::DATE
      ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
      LIMIT 1
    ) IS NOT NULL
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
