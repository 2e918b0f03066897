-- Every statement of one series, oldest first, also what was taken back. Large tables are asked by lists of ids (as in targets.sql).
WITH told AS MATERIALIZED (SELECT * FROM derived.states WHERE series_id = $series_id),
said AS MATERIALIZED (
    SELECT * FROM derived.text_figures WHERE figure_id IN (SELECT unnest((SELECT list(figure_id) FROM told)))
),
ids AS MATERIALIZED (SELECT list(DISTINCT article_id) AS articles FROM said),
latest AS (
    SELECT s.*, v.revision FROM said s
    JOIN (SELECT article_id, text_hash, revision FROM derived.versions WHERE article_id IN (SELECT unnest(articles) FROM ids)) v USING (article_id, text_hash)
    QUALIFY row_number() OVER (PARTITION BY s.figure_id ORDER BY v.revision DESC) = 1
)
SELECT f.* EXCLUDE (text_hash), CASE WHEN f.province = 'national' THEN 'national' ELSE n.now_name END AS province_now,
       t.series_id, t.state, t.first_published_at, t.reported_at, t.against_figure_id, t.withdrawn_at,
       a.title, a.url, a.source_id, a.publisher, a.published_at, m.is_original, s.name AS source_name
FROM latest f
JOIN told t ON t.figure_id = f.figure_id
JOIN (SELECT * FROM derived.articles WHERE article_id IN (SELECT unnest(articles) FROM ids)) a ON a.article_id = f.article_id
JOIN (SELECT * FROM derived.membership WHERE article_id IN (SELECT unnest(articles) FROM ids)) m ON m.article_id = f.article_id
LEFT JOIN derived.provinces n ON n.province_id = f.province_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
WHERE a.is_relevant
ORDER BY t.reported_at, f.article_id, f.start_char
