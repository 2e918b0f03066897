-- Relevant articles and the provinces they are about. One without a date counts on the day it was first seen, unless that was the first crawl.
SELECT a.article_id, p.province_id, a.reported_at, m.is_original, a.publisher, a.is_aggregator
FROM derived.articles a
JOIN derived.article_provinces p ON p.article_id = a.article_id AND p.role = 'subject'
JOIN derived.membership m ON m.article_id = a.article_id
WHERE a.is_relevant AND (a.published_at IS NOT NULL OR NOT (a.is_baseline OR a.is_undated))
