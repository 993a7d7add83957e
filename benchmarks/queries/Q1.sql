SELECT json_build_object('id', id) FROM entity WHERE kind = 'UNIVERSITY' ORDER BY md5(id::text) LIMIT 16
