-- What each province of today's map gave in the time asked for: articles, newly reported figures, and its latest week's state.
WITH asked AS (
    SELECT a.article_id, a.text_hash, m.is_original, a.publisher, a.is_aggregator, a.published_at
    FROM derived.articles a JOIN derived.membership m ON m.article_id = a.article_id
    WHERE a.is_relevant AND /* article filters */
),
about AS (
    SELECT DISTINCT p.article_id, p.province_now FROM derived.article_provinces p SEMI JOIN asked USING (article_id) WHERE p.role = 'subject'
),
reported AS (
    SELECT p.province_now, count(*) AS articles, count(*) FILTER (a.is_original) AS originals,
           count(DISTINCT a.publisher) FILTER (NOT a.is_aggregator) AS publishers, max(a.published_at) AS last_published_at
    FROM about p JOIN asked a ON a.article_id = p.article_id GROUP BY p.province_now
),
said AS (
    SELECT province_now, count(*) AS figures,
           count(*) FILTER (state IN ('new', 'higher', 'lower', 'restated', 'target_moved')) AS newly_reported
    FROM main.figures f WHERE /* figure filters */ GROUP BY province_now
),
latest AS (
    SELECT province_id, arg_max(state, week) AS state, max(week) AS week, arg_max(observed_share, week) AS observed_share
    FROM main.coverage c WHERE /* week filters */ GROUP BY province_id
)
SELECT p.province_id, p.name AS province_now, p.region, p.official_order, coalesce(r.articles, 0) AS articles,
       coalesce(r.originals, 0) AS originals, coalesce(r.publishers, 0) AS publishers, r.last_published_at,
       coalesce(s.figures, 0) AS figures, coalesce(s.newly_reported, 0) AS newly_reported, l.state, l.week, l.observed_share
FROM main.provinces p
LEFT JOIN reported r ON r.province_now = p.name
LEFT JOIN said s ON s.province_now = p.name
LEFT JOIN latest l ON l.province_id = p.province_id
WHERE p.province_id = p.now_id AND p.valid_until IS NULL
ORDER BY p.official_order
