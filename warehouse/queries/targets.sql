-- The docket of targets by due date, each with the sentence that states it. Figures and articles are read of those that are shown: by a list
-- of their ids, for how many are shown is not known beforehand, and joined the other way round millions of sentences are held at once.
WITH chosen AS MATERIALIZED (
    SELECT t.* FROM main.targets t
    LEFT JOIN derived.articles a ON a.article_id = t.article_id
    LEFT JOIN main.metrics c ON c.metric_id = t.metric_id
    WHERE /* filters */
    ORDER BY t.due NULLS LAST, t.province_now, t.series_id
    LIMIT $limit OFFSET $offset
)
SELECT t.*, f.sentence, f.mention, f.state, a.title, a.url, a.source_id, s.name AS source_name, a.published_at, c.pillar,
       coalesce(c.label_vi, t.label, t.unit) AS label_vi, c.label_en
FROM chosen t
LEFT JOIN (SELECT figure_id, sentence, mention, state FROM derived.figures
           WHERE figure_id IN (SELECT unnest((SELECT list(DISTINCT figure_id) FROM chosen)))) f ON f.figure_id = t.figure_id
LEFT JOIN (SELECT article_id, title, url, source_id, published_at FROM derived.articles
           WHERE article_id IN (SELECT unnest((SELECT list(DISTINCT article_id) FROM chosen)))) a ON a.article_id = t.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN main.metrics c ON c.metric_id = t.metric_id
ORDER BY t.due NULLS LAST, t.province_now, t.series_id
