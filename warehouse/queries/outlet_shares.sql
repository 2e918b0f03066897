-- Which outlets each of today's provinces owes its relevant articles to, and what part of its originals each publisher brought.
WITH told AS (
    SELECT DISTINCT p.now_id, a.article_id, a.source_id, a.publisher, a.is_aggregator, m.is_original, a.published_at
    FROM derived.articles a
    JOIN derived.article_provinces p ON p.article_id = a.article_id AND p.role = 'subject' AND ($province IS NULL OR p.province_now = $province)
    JOIN derived.membership m ON m.article_id = a.article_id
    WHERE a.is_relevant AND p.now_id IS NOT NULL
),
counted AS (
    SELECT now_id, source_id, publisher, count(*)::INTEGER AS articles, (count(*) FILTER (is_original AND NOT is_aggregator))::INTEGER AS originals,
           max(published_at) AS last_published_at
    FROM told GROUP BY ALL
)
SELECT n.province_id, n.name AS province_now, n.official_order, c.source_id, c.publisher, s.name AS source_name, s.kind AS source_kind, s.verified,
       c.articles, c.originals, c.last_published_at,
       sum(c.originals) OVER (PARTITION BY c.now_id, c.publisher) / nullif(sum(c.originals) OVER (PARTITION BY c.now_id), 0) AS publisher_share,
       (sum(c.originals) OVER (PARTITION BY c.now_id))::INTEGER AS province_originals
FROM counted c
JOIN derived.provinces n ON n.province_id = c.now_id
LEFT JOIN main.sources s ON s.source_id = c.source_id
WHERE $province IS NULL OR n.name = $province
ORDER BY n.official_order, publisher_share DESC NULLS LAST, c.originals DESC, c.articles DESC, c.source_id
