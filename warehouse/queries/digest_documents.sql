-- Official documents first cited in [$begin, $end): by relevant articles that say when they were published, or were found after the first crawl.
SELECT d.number, d.kind, d.issuer, d.issued_on, d.province_id, p.name AS province, p.now_name AS province_now,
       a.article_id, a.source_id, coalesce(s.name, a.source_id) AS outlet, a.url, a.title
FROM main.documents d
JOIN main.articles a ON a.article_id = d.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN main.provinces p ON p.province_id = d.province_id
WHERE a.is_relevant
WINDOW same AS (PARTITION BY d.number, d.province_id ORDER BY coalesce(a.published_at, a.first_seen_at), a.article_id)
QUALIFY row_number() OVER same = 1
    AND coalesce(a.published_at, a.first_seen_at) >= $begin AND coalesce(a.published_at, a.first_seen_at) < $end
    AND ($province IS NULL OR p.now_name = $province)
ORDER BY d.number, d.province_id
