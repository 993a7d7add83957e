-- $1 = Lahore
-- $2 = meeting-0
SELECT concat(coalesce((
  SELECT concat('{"relations":', (
    SELECT concat('{"edges":[', string_agg(concat('{"cursor":"', translate(encode(convert_to(CAST(json_build_array(1, '406cc4cb', CAST(t7.c_0 AS TEXT), CAST(t7.c_1 AS TEXT), CAST(t7.c_2 AS TEXT), CAST(t7.c_3 AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '","role":"', CAST(t7.r_role AS TEXT), '","node":{"name":', to_json(t7.n_name), ',"city":', coalesce(CAST(to_json(CASE WHEN (coalesce(t7.n_location_audience, 'PUBLIC') = 'PUBLIC') THEN t7.n_city END) AS TEXT), 'null'), '}}'), ',') FILTER (WHERE t7.rn <= 2), '],"pageInfo":{"hasNextPage":', CASE WHEN (count(*) > 2) THEN 'true' ELSE 'false' END, ',"endCursor":', CASE WHEN (count(*) > 0) THEN concat('"', translate(encode(convert_to(CAST(json_build_array(1, '406cc4cb', CAST((array_agg(t7.c_0))[least(2, count(*))] AS TEXT), CAST((array_agg(t7.c_1))[least(2, count(*))] AS TEXT), CAST((array_agg(t7.c_2))[least(2, count(*))] AS TEXT), CAST((array_agg(t7.c_3))[least(2, count(*))] AS TEXT)) AS TEXT), 'UTF8'), 'base64'), E'+/=\n', '-_'), '"') ELSE 'null' END, '}}') AS concat_2
    FROM (
      SELECT t8.*, row_number() OVER () AS rn
      FROM (
        SELECT t2.name AS n_name, t2.city AS n_city, t2.location_audience AS n_location_audience, t6.role AS r_role, CASE WHEN (coalesce(t2.location_audience, 'PUBLIC') = 'PUBLIC') THEN t2.city END AS c_0, t2.name AS c_1, t6.far_id AS c_2, t6.id AS c_3
        FROM entity AS t2, (
          SELECT t4.id AS id, t4.subject_id AS subject_id, t4.subject_kind AS subject_kind, t4.object_id AS object_id, t4.object_kind AS object_kind, t4.role AS role, t4.valid AS valid, t4.starts_on AS starts_on, t4.ends_before AS ends_before, t4.precision AS precision, t4.title AS title, t4.is_exclusive AS is_exclusive, t4.source_id AS source_id, t4.owner_id AS owner_id, t4.audience AS audience, t4.confidence AS confidence, t4.created_at AS created_at, t4.version AS version, t4.recorded_from AS recorded_from, t4.object_id AS far_id, CASE WHEN (t4.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'OUT' END AS direction
          FROM relation AS t4
          WHERE t4.subject_id = t1.id
          UNION ALL SELECT t5.id AS id, t5.subject_id AS subject_id, t5.subject_kind AS subject_kind, t5.object_id AS object_id, t5.object_kind AS object_kind, t5.role AS role, t5.valid AS valid, t5.starts_on AS starts_on, t5.ends_before AS ends_before, t5.precision AS precision, t5.title AS title, t5.is_exclusive AS is_exclusive, t5.source_id AS source_id, t5.owner_id AS owner_id, t5.audience AS audience, t5.confidence AS confidence, t5.created_at AS created_at, t5.version AS version, t5.recorded_from AS recorded_from, t5.subject_id AS far_id, CASE WHEN (t5.role IN ('COLLABORATES_WITH', 'RELATED_TO')) THEN 'BOTH' ELSE 'IN' END AS direction
          FROM relation AS t5
          WHERE t5.object_id = t1.id
        ) AS t6
        WHERE t2.audience = 'PUBLIC' AND t6.audience = 'PUBLIC' AND t2.id = t6.far_id AND t2.record_status IN ('ACTIVE', 'INACTIVE') AND CASE WHEN (coalesce(t2.location_audience, 'PUBLIC') = 'PUBLIC') THEN t2.city END IS DISTINCT
        FROM $1::TEXT
        ORDER BY CASE WHEN (coalesce(t2.location_audience, 'PUBLIC') = 'PUBLIC') THEN t2.city END ASC NULLS FIRST, t2.name DESC, t6.far_id DESC, t6.id DESC
        LIMIT 3
      ) AS t8
    ) AS t7
  ), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.slug = $2::TEXT AND t1.kind = 'MEETING' AND t1.audience = 'PUBLIC'
), 'null')) AS r0
