-- $1 = 2021-01-01
SELECT concat((
  SELECT concat('{"__typename":"ZoneConnection","edges":[', string_agg(concat('{"__typename":"ZoneEdge","node":{"__typename":"Zone","region":', coalesce((
    SELECT concat('{"__typename":"Region"}') AS concat_2
    FROM region AS t3
    WHERE t3.code = t2.n_subdivision
  ), 'null'), ',"area":', CASE WHEN (t2.n_area_value IS NULL) THEN 'null' ELSE concat('{"__typename":"Area"}') END, ',"names":[', (
    SELECT string_agg(t5.item, ',') AS string_agg_1
    FROM (
      SELECT concat('{"__typename":"Name"}') AS item
      FROM entity_name AS t4
      WHERE t4.entity_id = t2.n_id
      ORDER BY t4.type, t4.lang, t4.value
    ) AS t5
  ), '],"companies":', (
    SELECT concat('{"__typename":"RelatedCompanyConnection","edges":[', string_agg(concat('{"__typename":"RelatedCompanyEdge"}'), ','), ']}') AS concat_3
    FROM (
      SELECT 1 AS one
      FROM entity AS t6, relation AS t7
      WHERE t6.kind = 'COMPANY' AND t6.audience = 'PUBLIC' AND t7.object_id = t2.n_id AND t7.role IN ('TENANT_OF') AND t7.starts_on <= $1::DATE AND t7.ends_before > $1::DATE AND t7.audience = 'PUBLIC' AND t6.id = t7.subject_id AND t6.record_status IN ('ACTIVE', 'INACTIVE')
      ORDER BY t7.subject_id ASC, t7.id ASC
      LIMIT 1
    ) AS t8
  ), '}}'), ','), '],"pageInfo":{"__typename":"PageInfo"},"groupBy":[', (
    SELECT string_agg(concat('{"__typename":"ZoneGroup","keys":{"__typename":"ZoneKeys"},"sum":{"__typename":"ZoneSums"},"min":{"__typename":"ZoneExtremes"}}'), ',') AS string_agg_2
    FROM (
      SELECT t9.regime AS k0, count(*) AS cnt
      FROM entity AS t9
      WHERE t9.kind = 'ZONE' AND t9.audience = 'PUBLIC' AND t9.record_status IN ('ACTIVE', 'INACTIVE')
      GROUP BY 1
      ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST
      LIMIT 1
    ) AS t10
  ), ']}') AS concat_1
  FROM (
    SELECT t1.subdivision AS n_subdivision, t1.area_value AS n_area_value, t1.id AS n_id
    FROM entity AS t1
    WHERE t1.kind = 'ZONE' AND t1.audience = 'PUBLIC' AND t1.record_status IN ('ACTIVE', 'INACTIVE')
    ORDER BY t1.id ASC
    LIMIT 1
  ) AS t2
)) AS r0
