-- Figures of the given articles as they stand, and those that restate one of the given figures, each with its article and outlet.
WITH meant AS MATERIALIZED (
    SELECT * FROM main.figures
    WHERE article_id IN (SELECT unnest($articles::VARCHAR[]))
       OR (state = 'restated' AND against_figure_id IN (SELECT unnest($figures::VARCHAR[])))
)
SELECT f.*, a.url, a.title, a.published_at, a.source_id, coalesce(s.name, a.source_id) AS outlet
FROM meant f
JOIN derived.articles a ON a.article_id = f.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
ORDER BY f.reported_at, f.figure_id
