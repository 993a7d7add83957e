-- Whole names, so that what contains the text is also what a ranking search must put first.
SELECT json_build_object('text', lower(name)) FROM entity WHERE kind = 'COMPANY' ORDER BY md5(id::text) LIMIT 16
