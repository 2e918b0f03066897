-- Relevant articles reported ($by = 'reported') or first seen ($by = 'late': reported before) in [$begin, $end), with outlet and provinces.
-- One without a date counts on the day it was first seen; of the first crawl, only what bears a date.
SELECT a.article_id, a.source_id, coalesce(s.name, a.source_id) AS outlet, coalesce(s.kind, '') AS kind, a.publisher, a.url, a.title,
       a.published_at, a.published_from, a.first_seen_at, a.cluster_id, a.is_original, a.relevance, a.garbled, a.is_baseline,
       coalesce(p.provinces, []) AS provinces
FROM main.articles a
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN (
    SELECT article_id,
           list({'province_id': province_id, 'province': province, 'province_now': province_now, 'role': role} ORDER BY province_id) AS provinces
    FROM main.article_provinces GROUP BY article_id
) p ON p.article_id = a.article_id
WHERE a.is_relevant AND (a.published_at IS NOT NULL OR NOT (a.is_baseline OR a.is_undated))
  AND CASE WHEN $by = 'reported' THEN coalesce(a.published_at, a.first_seen_at) >= $begin AND coalesce(a.published_at, a.first_seen_at) < $end
           ELSE a.published_at < $begin AND a.first_seen_at >= $begin AND a.first_seen_at < $end AND NOT a.is_baseline END
  AND ($province IS NULL OR EXISTS (
        SELECT 1 FROM main.article_provinces q WHERE q.article_id = a.article_id AND q.role = 'subject' AND q.province_now = $province))
ORDER BY coalesce(a.published_at, a.first_seen_at), a.article_id
