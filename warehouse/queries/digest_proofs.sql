-- Figures by id with their article and outlet.
SELECT f.*, a.url, a.title, a.published_at, coalesce(s.name, a.source_id) AS outlet
FROM (SELECT * FROM derived.figures WHERE figure_id IN (SELECT unnest($figures::VARCHAR[]))) f
JOIN derived.articles a ON a.article_id = f.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
ORDER BY f.figure_id
