SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"stage":"', CAST(t2.n_stage AS TEXT), '","amount":', CASE WHEN (t2.n_amount IS NULL) THEN 'null' ELSE concat('{"amount":"', CAST(t2.n_amount AS TEXT), '","currency":', coalesce(CAST(to_json(t2.n_currency) AS TEXT), 'null'), '}') END, ',"announcedOn":', CASE WHEN (t2.n_announced_on IS NULL) THEN 'null' ELSE concat('{"date":"', CAST(t2.n_announced_on AS TEXT), '","precision":', coalesce('"' || CAST(t2.n_announced_on_precision AS TEXT) || '"', 'null'), '}') END, ',"company":', coalesce((
    SELECT concat('{"slug":', to_json(t3.slug), '}') AS concat_2
    FROM entity AS t3
    WHERE t3.id = t2.n_company_id AND t3.kind = 'COMPANY' AND t3.audience = 'PUBLIC'
  ), 'null'), ',"investors":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
      FROM (
        SELECT 1 AS one
        FROM funding_round_investor AS t6
        WHERE t6.audience = 'PUBLIC' AND t6.round_id = t2.n_id AND true
        LIMIT 10001
      ) AS t7
    ), ',"nodes":[', string_agg(concat('{"isLead":', CAST(t5.n_is_lead AS TEXT), ',"amount":', CASE WHEN (t5.n_amount IS NULL) THEN 'null' ELSE concat('{"amount":"', CAST(t5.n_amount AS TEXT), '","currency":', coalesce(CAST(to_json(t5.n_currency) AS TEXT), 'null'), '}') END, ',"investor":', coalesce((
      SELECT concat('{"__typename":', CASE WHEN (t8.kind = 'UNIVERSITY') THEN '"University"' WHEN (t8.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t8.kind = 'COMPANY') THEN '"Company"' WHEN (t8.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t8.kind = 'INVESTOR') THEN '"Investor"' WHEN (t8.kind = 'ZONE') THEN '"Zone"' WHEN (t8.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t8.kind = 'EXPERT') THEN '"Expert"' WHEN (t8.kind = 'PROGRAM') THEN '"Program"' WHEN (t8.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t8.kind = 'MEETING') THEN '"Meeting"' END, ',"slug":', to_json(t8.slug), '}') AS concat_4
      FROM entity AS t8
      WHERE t8.id = t5.n_investor_id AND t8.audience = 'PUBLIC'
    ), 'null'), '}'), ','), ']}') AS concat_3
    FROM (
      SELECT t4.is_lead AS n_is_lead, t4.amount AS n_amount, t4.currency AS n_currency, t4.investor_id AS n_investor_id
      FROM funding_round_investor AS t4
      WHERE t4.audience = 'PUBLIC' AND t4.round_id = t2.n_id AND true
      ORDER BY t4.id ASC
      LIMIT 2
    ) AS t5
  ), '}'), ','), '],"groupBy":[', (
    SELECT string_agg(concat('{"keys":{"stage":', coalesce('"' || CAST(t10.k0 AS TEXT) || '"', 'null'), ',"currency":', coalesce(CAST(to_json(t10.k1) AS TEXT), 'null'), '},"count":', CAST(t10.cnt AS TEXT), ',"sum":{"amount":', coalesce('"' || CAST(t10.a3 AS TEXT) || '"', 'null'), '}}'), ',') AS string_agg_1
    FROM (
      SELECT t9.stage AS k0, t9.currency AS k1, count(*) AS cnt, sum(t9.amount) AS a3
      FROM funding_round AS t9
      WHERE t9.audience = 'PUBLIC' AND true
      GROUP BY 1, 2
      ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST, k1 ASC NULLS LAST
      LIMIT 100
    ) AS t10
  ), ']}') AS concat_1
  FROM (
    SELECT t1.stage AS n_stage, t1.amount AS n_amount, t1.currency AS n_currency, t1.announced_on AS n_announced_on, t1.announced_on_precision AS n_announced_on_precision, t1.company_id AS n_company_id, t1.id AS n_id
    FROM funding_round AS t1
    WHERE t1.audience = 'PUBLIC' AND true
    ORDER BY t1.announced_on ASC NULLS FIRST, t1.id ASC
    LIMIT 6
  ) AS t2
)) AS r0
