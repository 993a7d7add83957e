-- The load puts a new number in place of this one into every request.
SELECT json_build_object('id', id, 'number', 987654321)
FROM entity WHERE kind = 'COMPANY' ORDER BY md5(id::text) LIMIT 16
