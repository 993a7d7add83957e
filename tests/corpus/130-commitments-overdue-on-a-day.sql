-- $1 = 2023-01-01
-- $2 = True
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM commitment AS t3
      WHERE t3.audience = 'PUBLIC' AND coalesce(t3.due_on < $1::DATE AND (t3.status = 'OPEN' OR t3.fulfilled_on > $1::DATE), false) = $2::BOOLEAN
      LIMIT 10001
    ) AS t4
  ), ',"nodes":[', string_agg(concat('{"text":', to_json(t2.n_text), ',"dueOn":', coalesce('"' || CAST(t2.n_due_on AS TEXT) || '"', 'null'), ',"isOverdue":', CAST(coalesce(t2.n_due_on < $1::DATE AND (t2.n_status = 'OPEN' OR t2.n_fulfilled_on > $1::DATE), false) AS TEXT), ',"daysOverdue":', coalesce(CAST(CASE WHEN coalesce(t2.n_due_on < $1::DATE AND (t2.n_status = 'OPEN' OR t2.n_fulfilled_on > $1::DATE), false) THEN $1::DATE - t2.n_due_on END AS TEXT), 'null'), ',"status":"', CAST(t2.n_status AS TEXT), '","madeBy":', coalesce((
    SELECT concat('{"slug":', to_json(t5.slug), '}') AS concat_2
    FROM entity AS t5
    WHERE t5.id = t2.n_made_by_id AND t5.audience = 'PUBLIC'
  ), 'null'), ',"madeTo":', coalesce((
    SELECT concat('{"slug":', to_json(t6.slug), '}') AS concat_3
    FROM entity AS t6
    WHERE t6.id = t2.n_made_to_id AND t6.audience = 'PUBLIC'
  ), 'null'), ',"directive":', coalesce((
    SELECT concat('{"id":"', CAST(t7.id AS TEXT), '"}') AS concat_4
    FROM directive AS t7
    WHERE t7.id = t2.n_directive_id AND t7.audience = 'PUBLIC'
  ), 'null'), '}'), ','), '],"groupBy":[', (
    SELECT string_agg(concat('{"keys":{"status":', coalesce('"' || CAST(t9.k0 AS TEXT) || '"', 'null'), '},"count":', CAST(t9.cnt AS TEXT), ',"min":{"dueOn":', coalesce('"' || CAST(t9.a2 AS TEXT) || '"', 'null'), '},"max":{"dueOn":', coalesce('"' || CAST(t9.a3 AS TEXT) || '"', 'null'), '}}'), ',') AS string_agg_1
    FROM (
      SELECT t8.status AS k0, count(*) AS cnt, min(t8.due_on) AS a2, max(t8.due_on) AS a3
      FROM commitment AS t8
      WHERE t8.audience = 'PUBLIC' AND coalesce(t8.due_on < $1::DATE AND (t8.status = 'OPEN' OR t8.fulfilled_on > $1::DATE), false) = $2::BOOLEAN
      GROUP BY 1
      ORDER BY cnt DESC NULLS LAST, k0 ASC NULLS LAST
      LIMIT 100
    ) AS t9
  ), ']}') AS concat_1
  FROM (
    SELECT t1.text AS n_text, t1.due_on AS n_due_on, t1.status AS n_status, t1.fulfilled_on AS n_fulfilled_on, t1.made_by_id AS n_made_by_id, t1.made_to_id AS n_made_to_id, t1.directive_id AS n_directive_id
    FROM commitment AS t1
    WHERE t1.audience = 'PUBLIC' AND coalesce(t1.due_on < $1::DATE AND (t1.status = 'OPEN' OR t1.fulfilled_on > $1::DATE), false) = $2::BOOLEAN
    ORDER BY CASE WHEN coalesce(t1.due_on < $1::DATE AND (t1.status = 'OPEN' OR t1.fulfilled_on > $1::DATE), false) THEN $1::DATE - t1.due_on END DESC NULLS LAST, t1.id DESC
    LIMIT 25
  ) AS t2
)) AS r0
