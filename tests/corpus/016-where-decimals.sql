-- $1 = 0.5
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"budget":', CASE WHEN (t2.n_budget_amount IS NULL) THEN 'null' ELSE concat('{"amount":"', CAST(t2.n_budget_amount AS TEXT), '","currency":', coalesce(CAST(to_json(t2.n_budget_currency) AS TEXT), 'null'), '}') END, '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.budget_amount AS n_budget_amount, t1.budget_currency AS n_budget_currency
    FROM entity AS t1
    WHERE t1.kind = 'PROGRAM' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.budget_amount > $1::NUMERIC
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
