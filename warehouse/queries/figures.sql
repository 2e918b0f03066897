-- Figures with the article that proves each, newest first. Which to show is settled on narrow columns alone; their rows are read after.
WITH kept AS MATERIALIZED (
    SELECT f.rowid AS place
    FROM derived.figures f LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
    WHERE /* filters */
    ORDER BY f.reported_at DESC, f.article_id, f.start_char
    LIMIT $limit OFFSET $offset
),
chosen AS MATERIALIZED (
    SELECT f.*, coalesce(c.label_vi, f.label, f.unit) AS label_vi, c.label_en, c.pillar
    FROM (SELECT * FROM derived.figures f SEMI JOIN kept ON kept.place = f.rowid) f LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
),
places AS MATERIALIZED (SELECT a.rowid AS place FROM derived.articles a SEMI JOIN chosen USING (article_id))
SELECT f.* EXCLUDE (source_id, is_original), a.title, a.url, a.source_id, s.name AS source_name, a.publisher, a.published_at, a.published_from,
       a.first_seen_at, m.cluster_id, m.is_original, t.garbled
FROM chosen f
JOIN (SELECT * FROM derived.articles a SEMI JOIN places ON places.place = a.rowid) a ON a.article_id = f.article_id
JOIN (SELECT * FROM derived.membership SEMI JOIN chosen USING (article_id)) m ON m.article_id = f.article_id
JOIN (SELECT article_id, text_hash, garbled FROM core.texts SEMI JOIN chosen USING (article_id)) t
  ON t.article_id = a.article_id AND t.text_hash = a.text_hash
LEFT JOIN main.sources s ON s.source_id = a.source_id
ORDER BY f.reported_at DESC, f.article_id, f.start_char
