-- $1 = zone-5
SELECT concat(coalesce((
  SELECT concat('{"companies":', concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM entity AS t2, relation AS t3
      WHERE t2.kind = 'COMPANY' AND t2.audience = 'PUBLIC' AND t3.object_id = t1.id AND t3.role IN ('TENANT_OF') AND t3.audience = 'PUBLIC' AND t2.id = t3.subject_id AND t2.record_status IN ('ACTIVE', 'INACTIVE') AND coalesce(cardinality(t2.verticals), 0) != 0
      LIMIT 10001
    ) AS t4
  ), ',"nodeCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
    FROM (
      SELECT DISTINCT t5.id AS id
      FROM entity AS t5, relation AS t6
      WHERE t5.kind = 'COMPANY' AND t5.audience = 'PUBLIC' AND t6.object_id = t1.id AND t6.role IN ('TENANT_OF') AND t6.audience = 'PUBLIC' AND t5.id = t6.subject_id AND t5.record_status IN ('ACTIVE', 'INACTIVE') AND coalesce(cardinality(t5.verticals), 0) != 0
      LIMIT 10001
    ) AS t7
  ), ',"groupBy":[', (
    SELECT string_agg(concat('{"keys":{"city":', coalesce(CAST(to_json(t10.k0) AS TEXT), 'null'), '},"count":', CAST(t10.cnt AS TEXT), '}'), ',') AS string_agg_1
    FROM (
      SELECT t8.city AS k0, count(*) AS cnt
      FROM entity AS t8, relation AS t9
      WHERE t8.kind = 'COMPANY' AND t8.audience = 'PUBLIC' AND t9.object_id = t1.id AND t9.role IN ('TENANT_OF') AND t9.audience = 'PUBLIC' AND t8.id = t9.subject_id AND t8.record_status IN ('ACTIVE', 'INACTIVE') AND coalesce(cardinality(t8.verticals), 0) != 0
      GROUP BY 1
      ORDER BY k0 ASC NULLS LAST, k0 ASC NULLS LAST
      LIMIT 100
    ) AS t10
  ), ']}'), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $1::TEXT AND t1.kind = 'ZONE' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
