-- The latest original statement of every comparable series of one of today's provinces and of those merged into it, with its article.
-- Large tables are asked by lists of ids (as in targets.sql).
WITH said AS MATERIALIZED (
    SELECT rowid AS place, figure_id, series_id, as_of, reported_at FROM derived.figures
    WHERE province_now = $province AND series_id IS NOT NULL AND metric_id IS NOT NULL AND kind = 'result' AND NOT is_change AND is_original
),
counted AS (SELECT series_id, count(*)::INTEGER AS statements FROM said GROUP BY series_id),
kept AS MATERIALIZED (
    SELECT place FROM said
    QUALIFY row_number() OVER (
        PARTITION BY series_id ORDER BY least(as_of, (reported_at + INTERVAL 7 HOUR)::DATE) DESC NULLS LAST, reported_at DESC, figure_id) = 1
),
latest AS MATERIALIZED (SELECT f.* FROM derived.figures f SEMI JOIN kept ON kept.place = f.rowid),
ids AS MATERIALIZED (SELECT list(DISTINCT article_id) AS articles FROM latest)
SELECT f.* EXCLUDE (source_id), c.label_vi, c.label_en, c.pillar, k.statements, a.title, a.url, a.source_id,
       s.name AS source_name, a.published_at, t.garbled
FROM latest f
JOIN counted k ON k.series_id = f.series_id
JOIN (SELECT article_id, title, url, source_id, published_at, text_hash FROM derived.articles
      WHERE article_id IN (SELECT unnest(articles) FROM ids)) a ON a.article_id = f.article_id
JOIN (SELECT article_id, text_hash, garbled FROM core.texts WHERE article_id IN (SELECT unnest(articles) FROM ids)) t
  ON t.article_id = a.article_id AND t.text_hash = a.text_hash
LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
ORDER BY c.pillar NULLS LAST, f.metric_id, f.reported_at DESC, f.figure_id
