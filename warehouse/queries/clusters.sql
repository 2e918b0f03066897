-- Texts that appeared more than once, the most widely copied first. Only clusters whose original is asked for are counted out.
WITH originals AS (
    SELECT a.cluster_id, a.article_id, a.title, a.url, a.source_id, a.is_relevant, a.reason
    FROM (SELECT d.*, m.cluster_id, m.is_original, m.reason FROM derived.articles d
          JOIN derived.membership m ON m.article_id = d.article_id WHERE m.is_original) a
    WHERE a.cluster_id IN (SELECT cluster_id FROM derived.membership GROUP BY cluster_id HAVING count(*) >= $least) AND /* filters */
),
members AS (SELECT m.cluster_id, m.article_id FROM derived.membership m SEMI JOIN originals USING (cluster_id)),
counted AS (
    SELECT m.cluster_id, count(*)::INTEGER AS articles, (count(DISTINCT a.publisher) FILTER (NOT a.is_aggregator))::INTEGER AS publishers,
           min(a.published_at) AS first_published_at, max(a.published_at) AS last_published_at
    FROM members m JOIN (SELECT * FROM derived.articles SEMI JOIN members USING (article_id)) a ON a.article_id = m.article_id
    GROUP BY m.cluster_id
)
SELECT c.cluster_id, o.article_id AS original_article_id, o.title, o.reason AS original_reason, c.articles, c.publishers, c.first_published_at,
       c.last_published_at, o.url, o.source_id, s.name AS source_name, o.is_relevant
FROM counted c
JOIN originals o ON o.cluster_id = c.cluster_id
LEFT JOIN main.sources s ON s.source_id = o.source_id
ORDER BY c.articles DESC, c.first_published_at DESC, c.cluster_id
LIMIT $limit OFFSET $offset
