-- The 63 provinces of before 1 July 2025 in one week. Another part of today's province having reported says nothing of this one's silence,
-- so "silent" is said only where all of today's province was watched or silent as a whole.
WITH told AS (
    SELECT p.province_id, count(DISTINCT a.article_id)::INTEGER AS articles
    FROM derived.articles a
    JOIN derived.article_provinces p ON p.article_id = a.article_id AND p.role = 'subject'
    WHERE a.is_relevant AND (a.published_at IS NOT NULL OR NOT (a.is_baseline OR a.is_undated))
      AND strftime(coalesce(a.published_at, a.first_seen_at) + INTERVAL 7 HOUR, '%G-W%V') = $week
    GROUP BY p.province_id
)
SELECT n.province_id, n.name AS province_now, coalesce(t.articles, 0) AS articles,
       CASE WHEN t.articles > 0 THEN 'reported' WHEN c.state = 'silent' OR (c.state = 'reported' AND c.observed_share >= 1) THEN 'silent'
            ELSE 'not_observed' END AS state
FROM derived.provinces n
LEFT JOIN told t ON t.province_id = n.province_id
LEFT JOIN main.coverage c ON c.province_id = n.now_id AND c.week = $week
WHERE n.valid_until = DATE '2025-06-30'
ORDER BY n.official_order
