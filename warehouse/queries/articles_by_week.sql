-- Relevant articles a week of Vietnam time, for every week of the coverage; an article of two provinces counts once.
WITH weeks AS (
    SELECT week, count(*)::INTEGER AS provinces, (count(*) FILTER (state <> 'not_observed'))::INTEGER AS observed FROM main.coverage GROUP BY week
),
counted AS (
    SELECT strftime(coalesce(published_at, first_seen_at) + INTERVAL 7 HOUR, '%G-W%V') AS week, count(*)::INTEGER AS articles,
           (count(*) FILTER (is_original))::INTEGER AS originals
    FROM main.articles
    WHERE is_relevant AND (published_at IS NOT NULL OR NOT (is_baseline OR is_undated))
    GROUP BY 1
)
SELECT w.week, w.provinces, w.observed, coalesce(c.articles, 0) AS articles, coalesce(c.originals, 0) AS originals
FROM weeks w LEFT JOIN counted c ON c.week = w.week ORDER BY w.week
