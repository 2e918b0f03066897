-- Every statement of one series, oldest first, also what was taken back.
SELECT f.*, a.title, a.url, a.source_id, a.publisher, a.published_at, a.is_original, s.name AS source_name
FROM (SELECT figure_id, arg_max(g, g.revision) AS g FROM main.figures_all g WHERE g.series_id = $series_id GROUP BY figure_id) h,
     LATERAL (SELECT unnest(h.g)) f
JOIN main.articles a ON a.article_id = f.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
ORDER BY f.reported_at, f.article_id, f.start_char
