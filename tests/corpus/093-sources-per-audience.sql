-- $1 = 00000000-0000-7000-8000-0000000000a1
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM source AS t3
      WHERE (t3.audience = 'PUBLIC' OR t3.audience = 'PARTNERS' OR (t3.owner_id = $1::UUID) IS true) AND true
      LIMIT 10001
    ) AS t4
  ), ',"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"kind":"', CAST(t2.n_kind AS TEXT), '","publishedOn":', CASE WHEN (t2.n_published_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t2.n_published_on AS TEXT), '","precision":', coalesce('"' || CAST(t2.n_published_on_precision AS TEXT) || '"', 'null'), '}') END, '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.kind AS n_kind, t1.published_on AS n_published_on, t1.published_on_precision AS n_published_on_precision
    FROM source AS t1
    WHERE (t1.audience = 'PUBLIC' OR t1.audience = 'PARTNERS' OR (t1.owner_id = $1::UUID) IS true) AND true
    ORDER BY t1.published_on DESC NULLS LAST, t1.id DESC
    LIMIT 25
  ) AS t2
)) AS r0
