-- Articles that hold every word of the query, whatever its accents, newest first.
SELECT a.article_id, a.title, a.url, a.source_id, s.name AS source_name, a.published_at, a.first_seen_at, a.is_relevant, a.cluster_id,
       a.is_original, a.text
FROM main.articles a
JOIN derived.articles d ON d.article_id = a.article_id
JOIN core.texts t ON t.article_id = d.article_id AND t.text_hash = d.text_hash
LEFT JOIN main.sources s ON s.source_id = a.source_id
WHERE /* filters */
ORDER BY coalesce(a.published_at, a.first_seen_at) DESC, a.article_id
LIMIT $limit OFFSET $offset
