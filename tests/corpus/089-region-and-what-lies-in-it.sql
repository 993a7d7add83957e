-- $1 = PK-SD
SELECT concat(coalesce((
  SELECT concat('{"name":', to_json(t1.name), ',"type":', to_json(t1.type), ',"country":', to_json(t1.country), ',"parent":', coalesce((
    SELECT concat('{"code":', to_json(t2.code), ',"name":', to_json(t2.name), ',"parent":', coalesce((
      SELECT concat('{"code":', to_json(t3.code), '}') AS concat_3
      FROM region AS t3
      WHERE t3.code = t2.parent_code
    ), 'null'), '}') AS concat_2
    FROM region AS t2
    WHERE t2.code = t1.parent_code
  ), 'null'), ',"zones":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
      FROM (
        SELECT 1 AS one
        FROM entity AS t6
        WHERE t6.kind = 'ZONE' AND t6.audience = 'PUBLIC' AND t6.subdivision = t1.code AND t6.record_status IN ('ACTIVE', 'INACTIVE')
        LIMIT 10001
      ) AS t7
    ), ',"nodes":[', string_agg(concat('{"slug":', to_json(t5.n_slug), '}'), ','), ']}') AS concat_4
    FROM (
      SELECT t4.slug AS n_slug
      FROM entity AS t4
      WHERE t4.kind = 'ZONE' AND t4.audience = 'PUBLIC' AND t4.subdivision = t1.code AND t4.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t4.id ASC
      LIMIT 2
    ) AS t5
  ), ',"companies":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
    FROM (
      SELECT 1 AS one
      FROM entity AS t8
      WHERE t8.kind = 'COMPANY' AND t8.audience = 'PUBLIC' AND t8.subdivision = t1.code AND t8.record_status IN ('ACTIVE', 'INACTIVE') AND t8.size_class IS NOT NULL
      LIMIT 10001
    ) AS t9
  ), ',"groupBy":[', (
    SELECT string_agg(concat('{"keys":{"sizeClass":', coalesce('"' || CAST(t11.k0 AS TEXT) || '"', 'null'), '},"count":', CAST(t11.cnt AS TEXT), '}'), ',') AS string_agg_1
    FROM (
      SELECT t10.size_class AS k0, count(*) AS cnt
      FROM entity AS t10
      WHERE t10.kind = 'COMPANY' AND t10.audience = 'PUBLIC' AND t10.subdivision = t1.code AND t10.record_status IN ('ACTIVE', 'INACTIVE') AND t10.size_class IS NOT NULL
      GROUP BY 1
      ORDER BY k0 ASC NULLS LAST, k0 ASC NULLS LAST
      LIMIT 100
    ) AS t11
  ), ']}'), ',"entities":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
    FROM (
      SELECT 1 AS one
      FROM entity AS t12
      WHERE t12.audience = 'PUBLIC' AND t12.subdivision = t1.code AND coalesce(t12.location_audience, 'PUBLIC') = 'PUBLIC' AND t12.record_status IN ('ACTIVE', 'INACTIVE')
      LIMIT 10001
    ) AS t13
  ), ',"groupBy":[', (
    SELECT string_agg(concat('{"keys":{"kind":', coalesce('"' || CAST(t15.k0 AS TEXT) || '"', 'null'), '},"count":', CAST(t15.cnt AS TEXT), '}'), ',') AS string_agg_2
    FROM (
      SELECT t14.kind AS k0, count(*) AS cnt
      FROM entity AS t14
      WHERE t14.audience = 'PUBLIC' AND t14.subdivision = t1.code AND coalesce(t14.location_audience, 'PUBLIC') = 'PUBLIC' AND t14.record_status IN ('ACTIVE', 'INACTIVE')
      GROUP BY 1
      ORDER BY k0 ASC NULLS LAST, k0 ASC NULLS LAST
      LIMIT 100
    ) AS t15
  ), ']}'), '}') AS concat_1
  FROM region AS t1
  WHERE t1.code = $1::TEXT
), 'null')) AS r0
