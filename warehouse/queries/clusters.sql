-- Texts that appeared more than once, the most widely copied first.
SELECT c.*, a.url, a.source_id, s.name AS source_name, a.is_relevant
FROM main.clusters c
JOIN main.articles a ON a.article_id = c.original_article_id
JOIN derived.articles d ON d.article_id = a.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
WHERE c.articles >= $least AND /* filters */
ORDER BY c.articles DESC, c.first_published_at DESC, c.cluster_id
LIMIT $limit OFFSET $offset
