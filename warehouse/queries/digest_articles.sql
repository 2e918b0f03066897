-- Relevant articles reported ($by = 'reported') or first seen ($by = 'late': reported before) in [$begin, $end), with outlet and provinces.
-- One without a date counts on the day it was first seen; of the first crawl, only what bears a date.
WITH chosen AS MATERIALIZED (
    SELECT a.* FROM derived.articles a
    WHERE a.is_relevant AND (a.published_at IS NOT NULL OR NOT (a.is_baseline OR a.is_undated))
      AND CASE WHEN $by = 'reported' THEN coalesce(a.published_at, a.first_seen_at) >= $begin AND coalesce(a.published_at, a.first_seen_at) < $end
               ELSE a.published_at < $begin AND a.first_seen_at >= $begin AND a.first_seen_at < $end AND NOT a.is_baseline END
),
about AS (
    SELECT p.article_id,
           list({'province_id': p.province_id, 'province': p.province, 'province_now': coalesce(n.now_name, p.province_now), 'role': p.role}
                ORDER BY p.province_id) AS provinces,
           bool_or(p.role = 'subject' AND coalesce(n.now_name, p.province_now) = $province) AS is_about
    FROM derived.text_provinces p SEMI JOIN chosen USING (article_id, text_hash)
    LEFT JOIN derived.provinces n ON n.province_id = p.province_id GROUP BY p.article_id
)
SELECT a.article_id, a.source_id, coalesce(s.name, a.source_id) AS outlet, coalesce(s.kind, '') AS kind,
       s.province_id AS outlet_province_id, a.publisher, a.url, a.title,
       a.published_at, a.published_from, a.first_seen_at, m.cluster_id, m.is_original, t.relevance, t.garbled, a.is_baseline,
       coalesce(p.provinces, []) AS provinces
FROM chosen a
JOIN (SELECT * FROM derived.membership SEMI JOIN chosen USING (article_id)) m ON m.article_id = a.article_id
JOIN (SELECT article_id, text_hash, relevance, garbled FROM core.texts SEMI JOIN chosen USING (article_id)) t
  ON t.article_id = a.article_id AND t.text_hash = a.text_hash
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN about p ON p.article_id = a.article_id
WHERE $province IS NULL OR p.is_about
ORDER BY coalesce(a.published_at, a.first_seen_at), a.article_id
