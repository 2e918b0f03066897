-- One row of totals for the time asked for.
WITH chosen AS MATERIALIZED (
    SELECT a.article_id, a.text_hash, a.is_original, a.cluster_id, a.source_id, a.publisher, a.is_aggregator
    FROM (SELECT d.*, m.cluster_id, m.is_original FROM derived.articles d JOIN derived.membership m ON m.article_id = d.article_id) a
    WHERE /* filters */
),
about AS (
    SELECT DISTINCT p.province_now FROM derived.article_provinces p SEMI JOIN chosen USING (article_id) WHERE p.role = 'subject'
),
said AS (SELECT state FROM derived.figures SEMI JOIN chosen USING (article_id))
SELECT count(*) AS articles, count(*) FILTER (is_original) AS originals, count(DISTINCT cluster_id) AS clusters,
       count(DISTINCT publisher) FILTER (NOT is_aggregator) AS publishers, count(DISTINCT source_id) AS sources,
       (SELECT count(*) FROM about) AS provinces, (SELECT count(*) FROM said) AS figures,
       (SELECT count(*) FROM said WHERE state IN ('new', 'higher', 'lower', 'restated', 'target_moved')) AS newly_reported
FROM chosen
