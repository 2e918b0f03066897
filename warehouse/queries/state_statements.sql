-- Every figure of the relevant articles in `part` once, as it was first stated, with when it was reported and taken back.
WITH chosen AS (SELECT * FROM derived.articles SEMI JOIN part USING (article_id) WHERE is_relevant),
stands AS (
    SELECT v.article_id, v.text_hash, v.revision, v.seen_at
    FROM derived.versions v SEMI JOIN chosen c ON c.article_id = v.article_id
),
said AS (SELECT * FROM derived.text_figures f SEMI JOIN chosen c ON c.article_id = f.article_id),
spans AS (
    SELECT f.figure_id, f.article_id, min(v.revision) AS first_revision, max(v.revision) AS last_revision
    FROM stands v JOIN said f ON f.article_id = v.article_id AND f.text_hash = v.text_hash
    GROUP BY f.figure_id, f.article_id
)
SELECT f.figure_id, f.text_hash, f.article_id, m.cluster_id, a.publisher,
       CASE WHEN s.first_revision = 1 THEN a.reported_at ELSE v.seen_at END AS reported_at,
       CASE WHEN s.first_revision > 1 THEN v.seen_at WHEN a.published_at IS NOT NULL THEN a.reported_at END AS published_at,
       gone.seen_at AS withdrawn_at,
       NOT m.is_original AS is_copy, a.is_aggregator, a.is_baseline AND s.first_revision = 1 AS is_baseline,
       a.is_undated AND s.first_revision = 1 AS is_undated,
       f.metric_id, f.label, f.value, f.value_max, f.denominator, f.unit, f.comparator, f.kind, f.is_change, f.level, f.scope, f.whole,
       f.period, f.province_id, f.province, f.as_of, f.as_of_precision, f.as_of_from, f.due, f.due_precision, f.mention, f.sentence,
       f.start_char AS start, f.end_char AS "end", hash(f) AS digest
FROM spans s
JOIN chosen a ON a.article_id = s.article_id
JOIN derived.membership m ON m.article_id = s.article_id
JOIN stands v ON v.article_id = s.article_id AND v.revision = s.first_revision
JOIN said f ON f.figure_id = s.figure_id AND f.text_hash = v.text_hash
LEFT JOIN stands gone ON gone.article_id = s.article_id AND gone.revision = s.last_revision + 1
