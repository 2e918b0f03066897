-- One row of totals for the time asked for.
WITH chosen AS (
    SELECT a.article_id, a.is_original, a.cluster_id, a.source_id, a.publisher, d.is_aggregator
    FROM main.articles a JOIN derived.articles d ON d.article_id = a.article_id
    WHERE /* filters */
)
SELECT count(*) AS articles, count(*) FILTER (is_original) AS originals, count(DISTINCT cluster_id) AS clusters,
       count(DISTINCT publisher) FILTER (NOT is_aggregator) AS publishers, count(DISTINCT source_id) AS sources,
       (SELECT count(DISTINCT p.province_now) FROM main.article_provinces p JOIN chosen c ON c.article_id = p.article_id
        WHERE p.role = 'subject') AS provinces,
       (SELECT count(*) FROM main.figures f JOIN chosen c ON c.article_id = f.article_id) AS figures,
       (SELECT count(*) FROM main.figures f JOIN chosen c ON c.article_id = f.article_id
        WHERE f.state IN ('new', 'higher', 'lower', 'restated', 'target_moved')) AS newly_reported
FROM chosen
