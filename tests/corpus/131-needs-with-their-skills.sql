-- $1 = True
-- $2 = 2026-11-22
SELECT concat((
  SELECT concat('{"totalCount":', (
    SELECT CAST(least(count(*), 10000) AS TEXT) AS least_1
    FROM (
      SELECT 1 AS one
      FROM need AS t4
      WHERE t4.audience = 'PUBLIC' AND (EXISTS (
        SELECT 1
        FROM need_skill AS t5
        WHERE t5.need_id = t4.id AND t5.audience = 'PUBLIC' AND t5.is_required = $1::BOOLEAN
      ))
      LIMIT 10001
    ) AS t6
  ), ',"nodes":[', string_agg(concat('{"title":', to_json(t3.n_title), ',"kind":"', CAST(t3.n_kind AS TEXT), '","amount":', CASE WHEN (t3.n_amount IS NULL) THEN 'null' ELSE concat('{"amount":"', CAST(t3.n_amount AS TEXT), '","currency":', coalesce(CAST(to_json(t3.n_currency) AS TEXT), 'null'), '}') END, ',"isOpen":', CAST(coalesce(t3.n_opens_on <= $2::DATE, true) AND coalesce(t3.n_closes_on >= $2::DATE, true) AS TEXT), ',"postedBy":', coalesce((
    SELECT concat('{"slug":', to_json(t7.slug), '}') AS concat_2
    FROM entity AS t7
    WHERE t7.id = t3.n_posted_by_id AND t7.audience = 'PUBLIC'
  ), 'null'), ',"skills":', (
    SELECT concat('{"totalCount":', (
      SELECT CAST(least(count(*), 10000) AS TEXT) AS least_2
      FROM (
        SELECT 1 AS one
        FROM need_skill AS t10
        WHERE t10.audience = 'PUBLIC' AND t10.need_id = t3.n_id AND true
        LIMIT 10001
      ) AS t11
    ), ',"nodes":[', string_agg(concat('{"level":', coalesce('"' || CAST(t9.n_level AS TEXT) || '"', 'null'), ',"isRequired":', CAST(t9.n_is_required AS TEXT), ',"skill":', coalesce((
      SELECT concat('{"code":', to_json(t12.code), ',"label":', to_json(t12.label), ',"broader":', coalesce((
        SELECT concat('{"code":', to_json(t13.code), '}') AS concat_5
        FROM skill AS t13
        WHERE t13.id = t12.broader_id AND t13.audience = 'PUBLIC'
      ), 'null'), '}') AS concat_4
      FROM skill AS t12
      WHERE t12.id = t9.n_skill_id AND t12.audience = 'PUBLIC'
    ), 'null'), '}'), ','), ']}') AS concat_3
    FROM (
      SELECT t8.level AS n_level, t8.is_required AS n_is_required, t8.skill_id AS n_skill_id
      FROM need_skill AS t8
      WHERE t8.audience = 'PUBLIC' AND t8.need_id = t3.n_id AND true
      ORDER BY t8.id ASC
      LIMIT 3
    ) AS t9
  ), '}'), ','), ']}') AS concat_1
  FROM (
    SELECT t1.title AS n_title, t1.kind AS n_kind, t1.amount AS n_amount, t1.currency AS n_currency, t1.opens_on AS n_opens_on, t1.closes_on AS n_closes_on, t1.posted_by_id AS n_posted_by_id, t1.id AS n_id
    FROM need AS t1
    WHERE t1.audience = 'PUBLIC' AND (EXISTS (
      SELECT 1
      FROM need_skill AS t2
      WHERE t2.need_id = t1.id AND t2.audience = 'PUBLIC' AND t2.is_required = $1::BOOLEAN
    ))
    ORDER BY t1.title ASC, t1.id ASC
    LIMIT 25
  ) AS t3
)) AS r0
