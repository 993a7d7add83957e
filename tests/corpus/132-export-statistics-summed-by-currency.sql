-- $1 = 2015
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM export_statistic AS t3
      WHERE t3.audience = 'PUBLIC' AND t3.year >= $1::INTEGER
      LIMIT 10001
    ) AS t4
  ), ',"groupBy":[', (
    SELECT string_agg(concat('{"keys":{"currency":', coalesce(CAST(to_json(t6.k0) AS TEXT), 'null'), ',"year":', coalesce(CAST(t6.k1 AS TEXT), 'null'), '},"count":', CAST(t6.cnt AS TEXT), ',"sum":{"amount":', coalesce('"' || CAST(t6.a3 AS TEXT) || '"', 'null'), '},"min":{"amount":', coalesce('"' || CAST(t6.a4 AS TEXT) || '"', 'null'), '},"max":{"amount":', coalesce('"' || CAST(t6.a5 AS TEXT) || '"', 'null'), '}}'), ',') AS string_agg_1
    FROM (
      SELECT t5.currency AS k0, t5.year AS k1, count(*) AS cnt, sum(t5.amount) AS a3, min(t5.amount) AS a4, max(t5.amount) AS a5
      FROM export_statistic AS t5
      WHERE t5.audience = 'PUBLIC' AND t5.year >= $1::INTEGER
      GROUP BY 1, 2
      ORDER BY k0 ASC NULLS LAST, k1 ASC NULLS LAST, k0 ASC NULLS LAST, k1 ASC NULLS LAST
      LIMIT 100
    ) AS t6
  ), '],"nodes":[', string_agg(concat('{"year":', CAST(t2.n_year AS TEXT), ',"market":', to_json(t2.n_market), ',"marketGroups":', coalesce(CAST(array_to_json(array((
    SELECT mg.code
    FROM market_group AS mg
    WHERE t2.n_market = any(mg.countries)
    ORDER BY mg.code
  ))) AS TEXT), '[]'), ',"vertical":', coalesce(CAST(to_json(t2.n_vertical) AS TEXT), 'null'), ',"amount":{"amount":"', CAST(t2.n_amount AS TEXT), '","currency":', coalesce(CAST(to_json(t2.n_currency) AS TEXT), 'null'), '},"company":', coalesce((
    SELECT concat('{"slug":', to_json(t7.slug), '}') AS concat_2
    FROM entity AS t7
    WHERE t7.id = t2.n_company_id AND t7.kind = 'COMPANY' AND t7.audience = 'PUBLIC'
  ), 'null'), ',"zone":', coalesce((
    SELECT concat('{"slug":', to_json(t8.slug), '}') AS concat_3
    FROM entity AS t8
    WHERE t8.id = t2.n_zone_id AND t8.kind = 'ZONE' AND t8.audience = 'PUBLIC'
  ), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.year AS n_year, t1.market AS n_market, t1.vertical AS n_vertical, t1.amount AS n_amount, t1.currency AS n_currency, t1.company_id AS n_company_id, t1.zone_id AS n_zone_id
    FROM export_statistic AS t1
    WHERE t1.audience = 'PUBLIC' AND t1.year >= $1::INTEGER
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
