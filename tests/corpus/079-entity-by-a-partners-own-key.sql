-- $1 = PARTNER
-- $2 = KU-1
-- $3 = north
-- $4 = 00000000-0000-7000-8000-0000000000a1
-- $5 = south
SELECT concat(coalesce((
  SELECT concat('{"slug":', to_json(t1.slug), '}') AS concat_1
  FROM entity AS t1
  WHERE t1.id = (
    SELECT t2.entity_id
    FROM identifier AS t2
    WHERE t2.scheme = $1::TEXT AND t2.value = $2::TEXT AND t2.partner_id = (
      SELECT t3.id
      FROM common.partner AS t3
      WHERE t3.slug = $3::TEXT
    )
    ORDER BY t2.is_active DESC, t2.entity_id
    LIMIT 1
  ) AND (coalesce(t1.identifiers_audience, 'PUBLIC') IN ('PUBLIC', 'PARTNERS') OR t1.owner_id = $4::UUID) AND (t1.audience = 'PUBLIC' OR t1.audience = 'PARTNERS' OR (t1.owner_id = $4::UUID) IS true)
), 'null')) AS r0, concat(coalesce((
  SELECT concat('{"slug":', to_json(t4.slug), '}') AS concat_2
  FROM entity AS t4
  WHERE t4.id = (
    SELECT t5.entity_id
    FROM identifier AS t5
    WHERE t5.scheme = $1::TEXT AND t5.value = $2::TEXT AND t5.partner_id = (
      SELECT t6.id
      FROM common.partner AS t6
      WHERE t6.slug = $5::TEXT
    )
    ORDER BY t5.is_active DESC, t5.entity_id
    LIMIT 1
  ) AND (coalesce(t4.identifiers_audience, 'PUBLIC') IN ('PUBLIC', 'PARTNERS') OR t4.owner_id = $4::UUID) AND (t4.audience = 'PUBLIC' OR t4.audience = 'PARTNERS' OR (t4.owner_id = $4::UUID) IS true)
), 'null')) AS r1
