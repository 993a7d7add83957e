SELECT json_build_object('province', subdivision)
FROM entity WHERE kind = 'ZONE' GROUP BY subdivision ORDER BY subdivision LIMIT 16
