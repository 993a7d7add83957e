SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"slug":', to_json(t2.n_slug), ',"givenName":', coalesce(CAST(to_json(t2.n_given_name) AS TEXT), 'null'), ',"familyName":', coalesce(CAST(to_json(t2.n_family_name) AS TEXT), 'null'), ',"headline":', coalesce(CAST(to_json(t2.n_headline) AS TEXT), 'null'), ',"email":', coalesce(CAST(to_json(t2.n_email) AS TEXT), 'null'), ',"residenceCountry":', coalesce(CAST(to_json(t2.n_residence_country) AS TEXT), 'null'), ',"availability":', coalesce('"' || CAST(t2.n_availability AS TEXT) || '"', 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.slug AS n_slug, t1.given_name AS n_given_name, t1.family_name AS n_family_name, t1.headline AS n_headline, t1.email AS n_email, t1.residence_country AS n_residence_country, t1.availability AS n_availability
    FROM entity AS t1
    WHERE t1.kind = 'EXPERT' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0
