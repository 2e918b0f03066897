-- The documents each province has been seen issuing or citing, by province, newest first.
SELECT c.*, a.title, a.url, a.source_id, s.name AS source_name, p.official_order
FROM main.document_chain c
JOIN main.articles a ON a.article_id = c.first_article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN main.provinces n ON n.province_id = c.province_id
LEFT JOIN main.provinces p ON p.province_id = n.now_id
WHERE /* filters */
ORDER BY p.official_order NULLS LAST, coalesce(c.first_published_at, c.first_seen_at) DESC, c.number
LIMIT $limit OFFSET $offset
