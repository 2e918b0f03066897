-- Official documents that articles cite, each once by number and province, newest first.
SELECT d.number, d.province_id, any_value(p.name) AS province, any_value(p.now_name) AS province_now, any_value(d.kind) AS kind,
       any_value(d.issuer) AS issuer, max(d.issued_on) AS issued_on, min(d.first_seen_at) AS first_seen_at,
       count(DISTINCT d.article_id) AS articles, arg_min(d.article_id, a.first_seen_at) AS article_id,
       arg_min(a.title, a.first_seen_at) AS title, arg_min(a.url, a.first_seen_at) AS url
FROM main.documents d
JOIN main.articles a ON a.article_id = d.article_id
LEFT JOIN main.provinces p ON p.province_id = d.province_id
WHERE /* filters */
GROUP BY d.number, d.province_id
ORDER BY first_seen_at DESC, d.number
LIMIT $limit OFFSET $offset
