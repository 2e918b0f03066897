-- Articles without their full texts, newest first; those without a date of publication by when they were first seen.
SELECT a.* EXCLUDE (text, text_restored), s.name AS source_name, s.kind AS source_kind,
       (SELECT list(DISTINCT p.province_now ORDER BY p.province_now) FROM main.article_provinces p
        WHERE p.article_id = a.article_id AND p.role = 'subject') AS provinces_now,
       (SELECT list(DISTINCT p.province ORDER BY p.province) FROM main.article_provinces p
        WHERE p.article_id = a.article_id AND p.role = 'subject') AS provinces,
       (SELECT count(*) FROM main.figures f WHERE f.article_id = a.article_id) AS figures
FROM main.articles a
JOIN derived.articles d ON d.article_id = a.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
WHERE /* filters */
ORDER BY coalesce(a.published_at, a.first_seen_at) DESC, a.article_id
LIMIT $limit OFFSET $offset
