-- $1 = 2021-01-01
-- $2 = zone-2
SELECT concat(coalesce((
  SELECT concat('{"id":"', CAST(t1.id AS TEXT), '","kind":"', CAST(t1.kind AS TEXT), '","slug":', to_json(t1.slug), ',"name":', to_json(t1.name), ',"sphere":', coalesce('"' || CAST(t1.sphere AS TEXT) || '"', 'null'), ',"recordStatus":"', CAST(t1.record_status AS TEXT), '","description":', coalesce(CAST(to_json(t1.description) AS TEXT), 'null'), ',"website":', coalesce(CAST(to_json(t1.website) AS TEXT), 'null'), ',"country":', coalesce(CAST(to_json(t1.country) AS TEXT), 'null'), ',"subdivision":', coalesce(CAST(to_json(t1.subdivision) AS TEXT), 'null'), ',"city":', coalesce(CAST(to_json(t1.city) AS TEXT), 'null'), ',"audience":"', CAST(t1.audience AS TEXT), '","version":', CAST(t1.version AS TEXT), ',"region":', coalesce((
    SELECT concat('{"code":', to_json(t2.code), ',"name":', to_json(t2.name), '}') AS concat_2
    FROM region AS t2
    WHERE t2.code = t1.subdivision
  ), 'null'), ',"location":', CASE WHEN (t1.latitude IS NULL) THEN 'null' ELSE concat('{"latitude":', CAST(t1.latitude AS TEXT), ',"longitude":', CAST(t1.longitude AS TEXT), '}') END, ',"source":', coalesce((
    SELECT concat('{"slug":', to_json(t3.slug), ',"title":', to_json(t3.title), '}') AS concat_3
    FROM source AS t3
    WHERE t3.id = t1.source_id AND t3.audience = 'PUBLIC'
  ), 'null'), ',"owner":', coalesce((
    SELECT concat('{"slug":', to_json(t4.slug), '}') AS concat_4
    FROM common.partner AS t4
    WHERE t4.id = t1.owner_id
  ), 'null'), ',"regime":"', CAST(t1.regime AS TEXT), '","modality":"', CAST(t1.modality AS TEXT), '","status":', coalesce('"' || CAST((
    SELECT zs.status
    FROM zone_status AS zs
    WHERE zs.zone_id = t1.id AND zs.audience = 'PUBLIC' AND zs.starts_on <= $1::DATE AND zs.ends_before > $1::DATE
    ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
    LIMIT 1
  ) AS TEXT) || '"', 'null'), ',"area":', CASE WHEN (t1.area_value IS NULL) THEN 'null' ELSE concat('{"value":"', CAST(t1.area_value AS TEXT), '","unit":', coalesce('"' || CAST(t1.area_unit AS TEXT) || '"', 'null'), ',"squareMetres":', coalesce('"' || CAST(t1.area_m2 AS TEXT) || '"', 'null'), '}') END, ',"notifiedOn":', CASE WHEN (t1.notified_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t1.notified_on AS TEXT), '","precision":', coalesce('"' || CAST(t1.notified_on_precision AS TEXT) || '"', 'null'), '}') END, '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'ZONE' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
