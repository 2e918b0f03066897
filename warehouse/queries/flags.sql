-- Flags with the figure each is about.
SELECT g.*, f.mention, f.sentence, f.value, f.unit, f.kind, f.province, f.province_now, f.reported_at, a.title, a.url, a.source_id,
       a.published_at
FROM main.flags g
JOIN derived.figures f ON f.figure_id = g.figure_id
JOIN derived.articles a ON a.article_id = f.article_id
LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
WHERE /* filters */
ORDER BY f.reported_at DESC, g.flag, g.figure_id
