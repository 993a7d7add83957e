-- $1 = 00000000-0000-7000-8000-0000000000a1
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"givenName":', coalesce(CAST(to_json(CASE WHEN (coalesce(t2.n_given_name_audience, 'PUBLIC') IN ('PUBLIC', 'PARTNERS') OR t2.n_owner_id = $1::UUID) THEN t2.n_given_name END) AS TEXT), 'null'), ',"familyName":', coalesce(CAST(to_json(CASE WHEN (coalesce(t2.n_family_name_audience, 'PUBLIC') IN ('PUBLIC', 'PARTNERS') OR t2.n_owner_id = $1::UUID) THEN t2.n_family_name END) AS TEXT), 'null'), ',"headline":', coalesce(CAST(to_json(CASE WHEN (coalesce(t2.n_headline_audience, 'PUBLIC') IN ('PUBLIC', 'PARTNERS') OR t2.n_owner_id = $1::UUID) THEN t2.n_headline END) AS TEXT), 'null'), ',"email":', coalesce(CAST(to_json(CASE WHEN (coalesce(t2.n_email_audience, 'OWNER') IN ('PUBLIC', 'PARTNERS') OR t2.n_owner_id = $1::UUID) THEN t2.n_email END) AS TEXT), 'null'), ',"residenceCountry":', coalesce(CAST(to_json(CASE WHEN (coalesce(t2.n_residence_country_audience, 'PUBLIC') IN ('PUBLIC', 'PARTNERS') OR t2.n_owner_id = $1::UUID) THEN t2.n_residence_country END) AS TEXT), 'null'), ',"availability":', coalesce('"' || CAST(CASE WHEN (coalesce(t2.n_availability_audience, 'PARTNERS') IN ('PUBLIC', 'PARTNERS') OR t2.n_owner_id = $1::UUID) THEN t2.n_availability END AS TEXT) || '"', 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.given_name AS n_given_name, t1.given_name_audience AS n_given_name_audience, t1.owner_id AS n_owner_id, t1.family_name AS n_family_name, t1.family_name_audience AS n_family_name_audience, t1.headline AS n_headline, t1.headline_audience AS n_headline_audience, t1.email AS n_email, t1.email_audience AS n_email_audience, t1.residence_country AS n_residence_country, t1.residence_country_audience AS n_residence_country_audience, t1.availability AS n_availability, t1.availability_audience AS n_availability_audience
    FROM entity AS t1
    WHERE t1.kind = 'EXPERT' AND (t1.audience = 'PUBLIC' OR t1.audience = 'PARTNERS' OR (t1.owner_id = $1::UUID) IS true) AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
