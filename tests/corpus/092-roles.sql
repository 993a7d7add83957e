-- $1 = spin
-- $2 = False
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"code":', to_json(t2.n_code), ',"label":', to_json(t2.n_label), ',"inverseLabel":', to_json(t2.n_inverse_label), ',"isEvent":', CAST(t2.n_is_event AS TEXT), ',"pairs":[', (
    SELECT string_agg(t4.item, ',') AS string_agg_1
    FROM (
      SELECT concat('{"subjectKind":', to_json(t3.subject_kind), ',"objectKind":', to_json(t3.object_kind), '}') AS item
      FROM role_pair AS t3
      WHERE t3.role = t2.n_code
      ORDER BY t3.subject_kind, t3.object_kind
    ) AS t4
  ), ']}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.code AS n_code, t1.label AS n_label, t1.inverse_label AS n_inverse_label, t1.is_event AS n_is_event
    FROM role_type AS t1
    WHERE common.fold(t1.code) LIKE (common.fold($1::TEXT) || '%') AND t1.is_symmetric = $2::BOOLEAN
    ORDER BY t1.code ASC
    LIMIT 25
  ) AS t2
)) AS r0
