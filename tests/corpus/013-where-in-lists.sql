-- $1 = AI
-- $2 = ['AI', 'ED_TECH']
-- $3 = ['FINTECH', 'ED_TECH']
-- $4 = گاما
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t3.n_slug), ',"verticals":', coalesce(CAST(array_to_json(t3.n_verticals) AS TEXT), '[]'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.verticals AS n_verticals
    FROM entity AS t1
    WHERE t1.kind = 'COMPANY' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.id IN (
      SELECT t2.id
      FROM entity_ids_in_verticals(ARRAY[$1::TEXT]) AS t2(id)
    )
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t6.n_slug), ',"verticals":', coalesce(CAST(array_to_json(t6.n_verticals) AS TEXT), '[]'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t4.slug AS n_slug, t4.verticals AS n_verticals
    FROM entity AS t4
    WHERE t4.kind = 'INVESTOR' AND t4.audience = 'PUBLIC' AND t4.record_status IN ('ACTIVE', 'INACTIVE') AND t4.id IN (
      SELECT t5.id
      FROM entity_ids_in_verticals($2::TEXT[]) AS t5(id)
    )
    ORDER BY t4.id ASC
    LIMIT 25
  ) AS t6
)) AS r1, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t8.n_slug), ',"verticals":', coalesce(CAST(array_to_json(t8.n_verticals) AS TEXT), '[]'), '}'), ','), ']}') AS concat_3
  FROM (
    SELECT t7.slug AS n_slug, t7.verticals AS n_verticals
    FROM entity AS t7
    WHERE t7.kind = 'INVESTOR' AND t7.audience = 'PUBLIC' AND t7.record_status IN ('ACTIVE', 'INACTIVE') AND ((t7.verticals @> $3::TEXT[]) OR cardinality($3::TEXT[]) = 0)
    ORDER BY t7.id ASC
    LIMIT 25
  ) AS t8
)) AS r2, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t10.n_slug), ',"verticals":', coalesce(CAST(array_to_json(t10.n_verticals) AS TEXT), '[]'), '}'), ','), ']}') AS concat_4
  FROM (
    SELECT t9.slug AS n_slug, t9.verticals AS n_verticals
    FROM entity AS t9
    WHERE t9.kind = 'INVESTOR' AND t9.audience = 'PUBLIC' AND t9.record_status IN ('ACTIVE', 'INACTIVE') AND coalesce(cardinality(t9.verticals), 0) = 0
    ORDER BY t9.id ASC
    LIMIT 25
  ) AS t10
)) AS r3, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t12.n_slug), ',"domains":', coalesce(CAST(array_to_json(t12.n_domains) AS TEXT), '[]'), '}'), ','), ']}') AS concat_5
  FROM (
    SELECT t11.slug AS n_slug, t11.domains AS n_domains
    FROM entity AS t11
    WHERE t11.kind = 'UNIVERSITY' AND t11.audience = 'PUBLIC' AND t11.record_status IN ('ACTIVE', 'INACTIVE') AND (t11.domains && ARRAY[$4::TEXT])
    ORDER BY t11.id ASC
    LIMIT 25
  ) AS t12
)) AS r4
