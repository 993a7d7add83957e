-- $1 = ['STZ', 'SCIENCE_PARK']
-- $2 = GEOGRAPHICAL
-- $3 = ['FUNDING']
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"regime":"', CAST(t2.n_regime AS TEXT), '","modality":"', CAST(t2.n_modality AS TEXT), '"}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.regime AS n_regime, t1.modality AS n_modality
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND t1.regime = any($1::TEXT[]) AND t1.modality IS DISTINCT
    FROM $2::TEXT
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"programKind":"', CAST(t4.n_program_kind AS TEXT), '"}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.program_kind AS n_program_kind
    FROM entity AS t3
    WHERE t3.kind = 'PROGRAM' AND t3.audience = 'PUBLIC' AND t3.record_status IN ('ACTIVE', 'INACTIVE') AND (t3.program_kind = any($3::TEXT[])) IS NOT true
    ORDER BY t3.id ASC
    LIMIT 25
  ) AS t4
)) AS r1
