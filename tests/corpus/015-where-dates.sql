-- $1 = 2021-01-01
-- $2 = 2016-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"foundedOn":', CASE WHEN (t2.n_founded_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t2.n_founded_on AS TEXT), '","precision":', coalesce('"' || CAST(t2.n_founded_on_precision AS TEXT) || '"', 'null'), '}') END, '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.founded_on AS n_founded_on, t1.founded_on_precision AS n_founded_on_precision
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.founded_on < $1::DATE AND t1.founded_on >= $2::DATE
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
