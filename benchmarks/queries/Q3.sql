SELECT json_build_object('id', id) FROM entity WHERE kind = 'ZONE' ORDER BY md5(id::text) LIMIT 16
