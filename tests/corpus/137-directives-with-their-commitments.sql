-- $1 = 2020-01-01
SELECT concat((
  SELECT concat('{"nodes":[', string_agg(concat('{"text":', to_json(t3.n_text), ',"issuedOn":', coalesce('"' || CAST(t3.n_issued_on AS TEXT) || '"', 'null'), ',"dueOn":', coalesce('"' || CAST(t3.n_due_on AS TEXT) || '"', 'null'), ',"status":"', CAST(t3.n_status AS TEXT), '","isOverdue":', CAST(coalesce(t3.n_due_on < $1::DATE AND (t3.n_status = 'OPEN' OR t3.n_fulfilled_on > $1::DATE), false) AS TEXT), ',"issuer":', coalesce((
    SELECT concat('{"slug":', to_json(t4.slug), '}') AS concat_2
    FROM entity AS t4
    WHERE t4.id = t3.n_issuer_id AND t4.audience = 'PUBLIC'
  ), 'null'), ',"addressee":', coalesce((
    SELECT concat('{"slug":', to_json(t5.slug), '}') AS concat_3
    FROM entity AS t5
    WHERE t5.id = t3.n_addressee_id AND t5.audience = 'PUBLIC'
  ), 'null'), ',"meeting":', coalesce((
    SELECT concat('{"slug":', to_json(t6.slug), '}') AS concat_4
    FROM entity AS t6
    WHERE t6.id = t3.n_meeting_id AND t6.kind = 'MEETING' AND t6.audience = 'PUBLIC'
  ), 'null'), ',"commitments":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
      FROM (
        SELECT 1 AS one
        FROM commitment AS t9
        WHERE t9.audience = 'PUBLIC' AND t9.directive_id = t3.n_id AND true
        LIMIT 10001
      ) AS t10
    ), ',"nodes":[', string_agg(concat('{"dueOn":', coalesce('"' || CAST(t8.n_due_on AS TEXT) || '"', 'null'), ',"status":"', CAST(t8.n_status AS TEXT), '"}'), ','), ']}') AS concat_5
    FROM (
      SELECT t7.due_on AS n_due_on, t7.status AS n_status
      FROM commitment AS t7
      WHERE t7.audience = 'PUBLIC' AND t7.directive_id = t3.n_id AND true
      ORDER BY t7.due_on ASC, t7.id ASC
      LIMIT 2
    ) AS t8
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.text AS n_text, t1.issued_on AS n_issued_on, t1.due_on AS n_due_on, t1.status AS n_status, t1.fulfilled_on AS n_fulfilled_on, t1.issuer_id AS n_issuer_id, t1.addressee_id AS n_addressee_id, t1.meeting_id AS n_meeting_id, t1.id AS n_id
    FROM directive AS t1
    WHERE t1.audience = 'PUBLIC' AND (EXISTS (
      SELECT 1
      FROM commitment AS t2
      WHERE t2.directive_id = t1.id AND t2.audience = 'PUBLIC' AND true
    ))
    ORDER BY t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0
