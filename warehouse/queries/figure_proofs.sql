-- Sentence and article of the figures asked for, also of those that an edit has taken out.
WITH wanted AS (SELECT unnest($ids::VARCHAR[]) AS figure_id),
said AS (
    SELECT f.* FROM derived.text_figures f SEMI JOIN wanted USING (figure_id)
    QUALIFY row_number() OVER (PARTITION BY figure_id ORDER BY text_hash) = 1
)
SELECT f.*, n.now_name AS province_now, a.title, a.url, a.source_id, s.name AS source_name, a.published_at
FROM said f
JOIN derived.articles a ON a.article_id = f.article_id
LEFT JOIN derived.provinces n ON n.province_id = f.province_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
