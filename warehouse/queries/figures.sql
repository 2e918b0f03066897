-- Figures with the article that proves each, newest first.
SELECT f.*, coalesce(c.label_vi, f.label, f.unit) AS label_vi, c.label_en, c.pillar, a.title, a.url, a.source_id, s.name AS source_name,
       a.publisher, a.published_at, a.published_from, a.first_seen_at, a.cluster_id, a.is_original, a.garbled,
       before.value AS value_before, before.mention AS mention_before, before.as_of AS as_of_before, before.due AS due_before,
       before.article_id AS article_id_before
FROM main.figures f
JOIN main.articles a ON a.article_id = f.article_id
LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN (SELECT figure_id, any_value(article_id) AS article_id, any_value(value) AS value, any_value(mention) AS mention,
                  any_value(as_of) AS as_of, any_value(due) AS due
           FROM main.figures_all GROUP BY figure_id) before ON before.figure_id = f.against_figure_id
WHERE /* filters */
ORDER BY f.reported_at DESC, f.article_id, f.start_char
LIMIT $limit OFFSET $offset
