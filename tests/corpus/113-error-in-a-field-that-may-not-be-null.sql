-- $1 = PK-SD
SELECT concat(coalesce((
  SELECT concat('{"code":', to_json(t1.code), '}') AS concat_1
  FROM region AS t1
  WHERE t1.code = $1::TEXT
), 'null')) AS r0
