-- $1 = 00000000-0000-7000-8000-0000000000a1
-- $2 = 2026-11-22
-- $3 = north
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM licence AS t3
      WHERE (t3.audience = 'PUBLIC' OR t3.audience = 'PARTNERS' OR (t3.owner_id = $1::UUID) IS true) AND t3.starts_on <= $2::DATE AND t3.ends_before > $2::DATE AND true
      LIMIT 10001
    ) AS t4
  ), ',"nodes":[', string_agg(concat('{"id":"', CAST(t2.n_id AS TEXT), '","audience":"', CAST(t2.n_audience AS TEXT), '","owner":', coalesce((
    SELECT concat('{"slug":', to_json(t5.slug), '}') AS concat_2
    FROM common.partner AS t5
    WHERE t5.id = t2.n_owner_id
  ), 'null'), ',"holder":', coalesce((
    SELECT concat('{"slug":', to_json(t6.slug), '}') AS concat_3
    FROM entity AS t6
    WHERE t6.id = t2.n_holder_id AND t6.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND (t6.audience = 'PUBLIC' OR t6.audience = 'PARTNERS' OR (t6.owner_id = $1::UUID) IS true)
  ), 'null'), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.id AS n_id, t1.audience AS n_audience, t1.owner_id AS n_owner_id, t1.holder_id AS n_holder_id
    FROM licence AS t1
    WHERE (t1.audience = 'PUBLIC' OR t1.audience = 'PARTNERS' OR (t1.owner_id = $1::UUID) IS true) AND t1.starts_on <= $2::DATE AND t1.ends_before > $2::DATE AND true
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t2
)) AS r0, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
  FROM (
    SELECT 1 AS one
    FROM commitment AS t7
    WHERE (t7.audience = 'PUBLIC' OR t7.audience = 'PARTNERS' OR (t7.owner_id = $1::UUID) IS true) AND true
    LIMIT 10001
  ) AS t8
), ',"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"status":', coalesce('"' || CAST(t10.k0 AS TEXT) || '"', 'null'), '},"count":', CAST(t10.cnt AS TEXT), '}'), ',') AS string_agg_1
  FROM (
    SELECT t9.status AS k0, count(*) AS cnt
    FROM commitment AS t9
    WHERE (t9.audience = 'PUBLIC' OR t9.audience = 'PARTNERS' OR (t9.owner_id = $1::UUID) IS true) AND true
    GROUP BY 1
    ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST
    LIMIT 100
  ) AS t10
), ']}')) AS r1, concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_3
    FROM (
      SELECT 1 AS one
      FROM need AS t14
      WHERE (t14.audience = 'PUBLIC' OR t14.audience = 'PARTNERS' OR (t14.owner_id = $1::UUID) IS true) AND (EXISTS (
        SELECT 1
        FROM common.partner AS t15
        WHERE t15.id = t14.owner_id AND t15.slug = $3::TEXT
      ))
      LIMIT 10001
    ) AS t16
  ), ',"nodes":[', string_agg(concat('{"audience":"', CAST(t13.n_audience AS TEXT), '","title":', to_json(t13.n_title), '}'), ','), ']}') AS concat_4
  FROM (
    SELECT t11.audience AS n_audience, t11.title AS n_title
    FROM need AS t11
    WHERE (t11.audience = 'PUBLIC' OR t11.audience = 'PARTNERS' OR (t11.owner_id = $1::UUID) IS true) AND (EXISTS (
      SELECT 1
      FROM common.partner AS t12
      WHERE t12.id = t11.owner_id AND t12.slug = $3::TEXT
    ))
    ORDER BY t11.id ASC
    LIMIT 25
  ) AS t13
)) AS r2, concat(concat('{"totalCount":', (
  SELECT CAST(least(count(*), 10000) AS TEXT) AS least_4
  FROM (
    SELECT 1 AS one
    FROM export_statistic AS t17
    WHERE (t17.audience = 'PUBLIC' OR t17.audience = 'PARTNERS' OR (t17.owner_id = $1::UUID) IS true) AND true
    LIMIT 10001
  ) AS t18
), ',"groupBy":[', (
  SELECT string_agg(concat('{"keys":{"currency":', coalesce(CAST(to_json(t20.k0) AS TEXT), 'null'), '},"sum":{"amount":', coalesce('"' || CAST(t20.a2 AS TEXT) || '"', 'null'), '}}'), ',') AS string_agg_2
  FROM (
    SELECT t19.currency AS k0, count(*) AS cnt, sum(t19.amount) AS a2
    FROM export_statistic AS t19
    WHERE (t19.audience = 'PUBLIC' OR t19.audience = 'PARTNERS' OR (t19.owner_id = $1::UUID) IS true) AND true
    GROUP BY 1
    ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST
    LIMIT 100
  ) AS t20
), ']}')) AS r3
