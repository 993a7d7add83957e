-- $1 = 2018-01-01
SELECT concat(concat('{"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"subdivision":', coalesce(CAST(to_json(t2.k0) AS TEXT), 'null'), ',"status":', coalesce('"' || CAST(t2.k1 AS TEXT) || '"', 'null'), '},"count":', CAST(t2.cnt AS TEXT), '}'), ',') AS string_agg_1
  FROM (
    SELECT t1.subdivision AS k0, (
      SELECT zs.status
      FROM zone_status AS zs
      WHERE zs.zone_id = t1.id AND zs.audience = 'PUBLIC' AND zs.starts_on <= $1::DATE AND zs.ends_before > $1::DATE
      ORDER BY zs.starts_on DESC, zs.recorded_from DESC, zs.id DESC
      LIMIT 1
    ) AS k1, count(*) AS cnt
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY 1, 2
    ORDER BY k0 ASC NULLS LAST, k1 ASC NULLS LAST, k0 ASC NULLS LAST, k1 ASC NULLS LAST
    LIMIT 100
  ) AS t2
), ']}')) AS r0
