-- Companies whose relations of today are of several roles and fit one page: the peer cannot mix them in one list.
SELECT json_build_object('id', id)
FROM (
  SELECT company.id
  FROM entity AS company JOIN relation ON company.id IN (relation.subject_id, relation.object_id)
  WHERE company.kind = 'COMPANY' AND company.id IN (
      SELECT id FROM entity WHERE kind = 'COMPANY' ORDER BY md5(id::text) LIMIT 200
    )
    AND relation.starts_on <= $1 AND relation.ends_before > $1
  GROUP BY company.id
  HAVING count(*) BETWEEN 5 AND 25 AND count(DISTINCT relation.role) > 1
) AS companies
ORDER BY id LIMIT 16
