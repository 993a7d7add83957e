-- $1 = 2019-06-01
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM licence AS t3
      WHERE t3.audience = 'PUBLIC' AND t3.starts_on <= $1::DATE AND t3.ends_before > $1::DATE AND true
      LIMIT 10001
    ) AS t4
  ), ',"nodes":[', string_agg(concat('{"id":"', CAST(t2.n_id AS TEXT), '","type":"', CAST(t2.n_type AS TEXT), '","number":', coalesce(CAST(to_json(t2.n_number) AS TEXT), 'null'), ',"issuedOn":', coalesce('"' || CAST(t2.n_issued_on AS TEXT) || '"', 'null'), ',"expiresOn":', coalesce('"' || CAST(t2.n_expires_on AS TEXT) || '"', 'null'), ',"status":"', CAST(CASE WHEN (t2.n_revoked_on <= $1::DATE) THEN 'REVOKED' WHEN (t2.n_expires_on < $1::DATE) THEN 'EXPIRED' WHEN (t2.n_issued_on > $1::DATE) THEN 'PENDING' ELSE 'VALID' END AS TEXT), '","isExpired":', CAST(coalesce(t2.n_expires_on < $1::DATE, false) AS TEXT), ',"holder":', coalesce((
    SELECT concat('{"slug":', to_json(t5.slug), '}') AS concat_2
    FROM entity AS t5
    WHERE t5.id = t2.n_holder_id AND t5.kind IN ('UNIVERSITY', 'INSTITUTION', 'COMPANY', 'GOVERNMENT_BODY', 'INVESTOR') AND t5.audience = 'PUBLIC'
  ), 'null'), ',"zone":', coalesce((
    SELECT concat('{"slug":', to_json(t6.slug), '}') AS concat_3
    FROM entity AS t6
    WHERE t6.id = t2.n_zone_id AND t6.kind = 'ZONE' AND t6.audience = 'PUBLIC'
  ), 'null'), '}'), ','), '],"groupBy":[', (
    SELECT string_agg(concat('{"keys":{"status":', coalesce('"' || CAST(t8.k0 AS TEXT) || '"', 'null'), '},"count":', CAST(t8.cnt AS TEXT), '}'), ',') AS string_agg_1
    FROM (
      SELECT CASE WHEN (t7.revoked_on <= $1::DATE) THEN 'REVOKED' WHEN (t7.expires_on < $1::DATE) THEN 'EXPIRED' WHEN (t7.issued_on > $1::DATE) THEN 'PENDING' ELSE 'VALID' END AS k0, count(*) AS cnt
      FROM licence AS t7
      WHERE t7.audience = 'PUBLIC' AND t7.starts_on <= $1::DATE AND t7.ends_before > $1::DATE AND true
      GROUP BY 1
      ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST
      LIMIT 100
    ) AS t8
  ), ']}') AS concat_1
  FROM (
    SELECT t1.id AS n_id, t1.type AS n_type, t1.number AS n_number, t1.issued_on AS n_issued_on, t1.expires_on AS n_expires_on, t1.revoked_on AS n_revoked_on, t1.holder_id AS n_holder_id, t1.zone_id AS n_zone_id
    FROM licence AS t1
    WHERE t1.audience = 'PUBLIC' AND t1.starts_on <= $1::DATE AND t1.ends_before > $1::DATE AND true
    ORDER BY t1.expires_on DESC NULLS LAST, t1.id ASC, t1.id ASC
    LIMIT 8
  ) AS t2
)) AS r0
