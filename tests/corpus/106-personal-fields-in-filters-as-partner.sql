-- $1 = 00000000-0000-7000-8000-0000000000a1
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"email":', coalesce(CAST(to_json(CASE WHEN (coalesce(t2.n_email_audience, 'OWNER') IN ('PUBLIC', 'PARTNERS') OR t2.n_owner_id = $1::UUID) THEN t2.n_email END) AS TEXT), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.email AS n_email, t1.email_audience AS n_email_audience, t1.owner_id AS n_owner_id
    FROM entity AS t1
    WHERE t1.kind = 'EXPERT' AND (t1.audience = 'PUBLIC' OR t1.audience = 'PARTNERS' OR (t1.owner_id = $1::UUID) IS true) AND t1.record_status IN ('ACTIVE', 'INACTIVE') AND CASE WHEN (coalesce(t1.email_audience, 'OWNER') IN ('PUBLIC', 'PARTNERS') OR t1.owner_id = $1::UUID) THEN t1.email END IS NOT NULL
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t4.n_slug), ',"availability":', coalesce('"' || CAST(CASE WHEN (coalesce(t4.n_availability_audience, 'PARTNERS') IN ('PUBLIC', 'PARTNERS') OR t4.n_owner_id = $1::UUID) THEN t4.n_availability END AS TEXT) || '"', 'null'), '}'), ','), ']}') AS concat_2
  FROM (
    SELECT t3.slug AS n_slug, t3.availability AS n_availability, t3.availability_audience AS n_availability_audience, t3.owner_id AS n_owner_id
    FROM entity AS t3
    WHERE t3.kind = 'EXPERT' AND (t3.audience = 'PUBLIC' OR t3.audience = 'PARTNERS' OR (t3.owner_id = $1::UUID) IS true) AND t3.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY CASE WHEN (coalesce(t3.availability_audience, 'PARTNERS') IN ('PUBLIC', 'PARTNERS') OR t3.owner_id = $1::UUID) THEN t3.availability END DESC NULLS LAST, t3.id DESC
    LIMIT 25
  ) AS t4
)) AS r1, concat(concat('{"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"availability":', coalesce('"' || CAST(t6.k0 AS TEXT) || '"', 'null'), ',"residenceCountry":', coalesce(CAST(to_json(t6.k1) AS TEXT), 'null'), '},"count":', CAST(t6.cnt AS TEXT), '}'), ',') AS string_agg_1
  FROM (
    SELECT CASE WHEN (coalesce(t5.availability_audience, 'PARTNERS') IN ('PUBLIC', 'PARTNERS') OR t5.owner_id = $1::UUID) THEN t5.availability END AS k0, CASE WHEN (coalesce(t5.residence_country_audience, 'PUBLIC') IN ('PUBLIC', 'PARTNERS') OR t5.owner_id = $1::UUID) THEN t5.residence_country END AS k1, count(*) AS cnt
    FROM entity AS t5
    WHERE t5.kind = 'EXPERT' AND (t5.audience = 'PUBLIC' OR t5.audience = 'PARTNERS' OR (t5.owner_id = $1::UUID) IS true) AND t5.record_status IN ('ACTIVE', 'INACTIVE')
    GROUP BY 1, 2
    ORDER BY k0 ASC NULLS LAST, k1 ASC NULLS LAST, k0 ASC NULLS LAST, k1 ASC NULLS LAST
    LIMIT 100
  ) AS t6
), ']}')) AS r2
