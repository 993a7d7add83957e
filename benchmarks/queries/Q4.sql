-- Words that many names have, each with one size class.
SELECT json_build_object('text', word, 'size', (ARRAY['STARTUP', 'SME', 'LARGE', 'ANCHOR'])[1 + row_number % 4])
FROM (
  SELECT split_part(name, ' ', 2) AS word, row_number() OVER (ORDER BY count(*) DESC, split_part(name, ' ', 2))
  FROM entity WHERE kind = 'COMPANY' GROUP BY 1
) AS words
ORDER BY row_number LIMIT 8
