-- One figure whatever became of it: as its latest revision had it, with the article that proves it.
SELECT f.*, coalesce(c.label_vi, f.label, f.unit) AS label_vi, c.label_en, c.pillar, a.title, a.url, a.source_id, s.name AS source_name,
       a.publisher, a.published_at, a.published_from, a.first_seen_at, a.cluster_id, a.is_original, a.garbled,
       NULL::DOUBLE AS value_before, a.revision AS latest_revision
FROM main.figures_all f
JOIN main.articles a ON a.article_id = f.article_id
LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
WHERE f.figure_id = $figure_id
ORDER BY f.revision DESC LIMIT 1
