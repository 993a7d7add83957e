-- $1 = 2018-01-01
-- $2 = 0.5
-- $3 = True
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"code":', to_json(t2.n_code), ',"kind":"', CAST(t2.n_kind AS TEXT), '","name":', to_json(t2.n_name), ',"reliefPercent":', coalesce('"' || CAST(t2.n_relief_percent AS TEXT) || '"', 'null'), ',"durationMonths":', coalesce(CAST(t2.n_duration_months AS TEXT), 'null'), ',"validFrom":', coalesce('"' || CAST(t2.n_valid_from AS TEXT) || '"', 'null'), ',"validUntil":', coalesce('"' || CAST(t2.n_valid_until AS TEXT) || '"', 'null'), ',"legalReference":', to_json(t2.n_legal_reference), ',"offeredBy":', coalesce((
    SELECT concat('{"__typename":', CASE WHEN (t3.kind = 'UNIVERSITY') THEN '"University"' WHEN (t3.kind = 'INSTITUTION') THEN '"Institution"' WHEN (t3.kind = 'COMPANY') THEN '"Company"' WHEN (t3.kind = 'GOVERNMENT_BODY') THEN '"GovernmentBody"' WHEN (t3.kind = 'INVESTOR') THEN '"Investor"' WHEN (t3.kind = 'ZONE') THEN '"Zone"' WHEN (t3.kind = 'CLUSTER') THEN '"Cluster"' WHEN (t3.kind = 'EXPERT') THEN '"Expert"' WHEN (t3.kind = 'PROGRAM') THEN '"Program"' WHEN (t3.kind = 'AGREEMENT') THEN '"Agreement"' WHEN (t3.kind = 'MEETING') THEN '"Meeting"' END, ',"slug":', to_json(t3.slug), '}') AS concat_2
    FROM entity AS t3
    WHERE t3.id = t2.n_offered_by_id AND t3.audience = 'PUBLIC'
  ), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.code AS n_code, t1.kind AS n_kind, t1.name AS n_name, t1.relief_percent AS n_relief_percent, t1.duration_months AS n_duration_months, t1.valid_from AS n_valid_from, t1.valid_until AS n_valid_until, t1.legal_reference AS n_legal_reference, t1.offered_by_id AS n_offered_by_id
    FROM incentive AS t1
    WHERE t1.audience = 'PUBLIC' AND t1.starts_on <= $1::DATE AND t1.ends_before > $1::DATE AND t1.relief_percent > $2::NUMERIC AND (t1.starts_on <= $1::DATE AND t1.ends_before > $1::DATE) = $3::BOOLEAN
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
