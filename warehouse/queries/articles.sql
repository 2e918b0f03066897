-- Articles (those found by a search: "among") without their full texts, newest first; those without a date of publication by when they were first seen.
WITH kept AS MATERIALIZED (
    SELECT a.article_id, a.place FROM (
        SELECT d.*, m.cluster_id, m.is_original
        FROM (SELECT *, rowid AS place FROM derived.articles /* among */) d
        JOIN (SELECT * FROM derived.membership /* among */) m ON m.article_id = d.article_id
    ) a
    WHERE /* filters */
    ORDER BY coalesce(a.published_at, a.first_seen_at) DESC, a.article_id
    LIMIT $limit OFFSET $offset
),
chosen AS MATERIALIZED (
    SELECT d.*, m.cluster_id, m.is_original
    FROM (SELECT * FROM derived.articles a SEMI JOIN kept ON kept.place = a.rowid) d
    JOIN (SELECT * FROM derived.membership SEMI JOIN kept USING (article_id)) m ON m.article_id = d.article_id
),
about AS (
    SELECT p.article_id, list(DISTINCT p.province_now ORDER BY p.province_now) AS provinces_now,
           list(DISTINCT p.province ORDER BY p.province) AS provinces
    FROM derived.article_provinces p SEMI JOIN chosen USING (article_id)
    WHERE p.role = 'subject' GROUP BY p.article_id
),
counted AS (SELECT article_id, count(*) AS figures FROM derived.figures SEMI JOIN chosen USING (article_id) GROUP BY article_id)
SELECT a.article_id, a.source_id, a.publisher, a.url, a.title, a.author, a.published_at, a.published_from, a.first_seen_at, a.revision,
       t.language, t.relevance, a.is_relevant, t.reasons, a.cluster_id, a.is_original, t.garbled, t.word_count, t.page_type, a.is_baseline,
       s.name AS source_name, s.kind AS source_kind, p.provinces_now, p.provinces, coalesce(c.figures, 0) AS figures,
       w.tone, w.tone_by, w.tone_at
FROM chosen a
JOIN (SELECT article_id, text_hash, language, relevance, reasons, garbled, word_count, page_type FROM core.texts SEMI JOIN chosen USING (article_id)) t
  ON t.article_id = a.article_id AND t.text_hash = a.text_hash
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN about p ON p.article_id = a.article_id
LEFT JOIN counted c ON c.article_id = a.article_id
LEFT JOIN derived.reviewed_articles w ON w.article_id = a.article_id
ORDER BY coalesce(a.published_at, a.first_seen_at) DESC, a.article_id
