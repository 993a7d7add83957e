-- $1 = 2018-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"area":', CASE WHEN (t2.n_area_value IS NULL) THEN 'null' ELSE concat('{"value":"', CAST(t2.n_area_value AS TEXT), '","squareMetres":', coalesce('"' || CAST(t2.n_area_m2 AS TEXT) || '"', 'null'), '}') END, '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.area_value AS n_area_value, t1.area_m2 AS n_area_m2
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.area_m2 ASC, t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"status":', coalesce('"' || CAST((
    SELECT zs.status
    FROM zone_status AS zs
    WHERE zs.zone_id = t4.n_id AND zs.audience = 'PUBLIC' AND zs.starts_on <= $1::DATE AND zs.ends_before > $1::DATE
    ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
    LIMIT 1
  ) AS TEXT) || '"', 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.id AS n_id
    FROM entity AS t3
    WHERE t3.kind = 'ZONE' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY (
      SELECT zs.status
      FROM zone_status AS zs
      WHERE zs.zone_id = t3.id AND zs.audience = 'PUBLIC' AND zs.starts_on <= $1::DATE AND zs.ends_before > $1::DATE
      ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
      LIMIT 1
    ) ASC, t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1
