-- Figures by id with their article and outlet.
WITH meant AS MATERIALIZED (SELECT * FROM derived.figures WHERE figure_id IN (SELECT unnest($figures::VARCHAR[]))),
pages AS MATERIALIZED (SELECT article_id, url, title, published_at, source_id FROM derived.articles SEMI JOIN meant USING (article_id))
SELECT f.*, a.url, a.title, a.published_at, coalesce(s.name, a.source_id) AS outlet
FROM meant f
JOIN pages a ON a.article_id = f.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
ORDER BY f.figure_id
