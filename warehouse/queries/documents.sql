-- Official documents that articles cite, each once by number and province, newest first. Titles are read of those that are shown.
WITH chosen AS MATERIALIZED (
    SELECT d.number, d.province_id, any_value(p.name) AS province, any_value(p.now_name) AS province_now, min(d.kind) AS kind,
           min(d.issuer) AS issuer, max(d.issued_on) AS issued_on, min(d.first_seen_at) AS first_seen_at,
           count(DISTINCT d.article_id) AS articles, arg_min(d.article_id, {'at': a.first_seen_at, 'id': d.article_id}) AS article_id
    FROM main.documents d
    JOIN derived.articles a ON a.article_id = d.article_id
    LEFT JOIN main.provinces p ON p.province_id = d.province_id
    WHERE /* filters */
    GROUP BY d.number, d.province_id
    ORDER BY first_seen_at DESC, d.number, d.province_id
    LIMIT $limit OFFSET $offset
)
SELECT c.*, a.title, a.url
FROM chosen c JOIN (SELECT article_id, title, url FROM derived.articles SEMI JOIN chosen USING (article_id)) a ON a.article_id = c.article_id
ORDER BY c.first_seen_at DESC, c.number, c.province_id
