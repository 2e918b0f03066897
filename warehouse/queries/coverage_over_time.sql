-- Articles, originals and independent publishers a week of Vietnam time, for every week of the coverage, gaps included.
WITH weeks AS (
    SELECT week, count(*)::INTEGER AS provinces, (count(*) FILTER (state <> 'not_observed'))::INTEGER AS observed FROM main.coverage GROUP BY week
),
counted AS (
    SELECT strftime(date_trunc('week', coalesce(a.published_at, a.first_seen_at) + INTERVAL 7 HOUR), '%G-W%V') AS week,
           count(*)::INTEGER AS articles, (count(*) FILTER (a.is_original))::INTEGER AS originals,
           (count(DISTINCT a.publisher) FILTER (NOT a.is_aggregator))::INTEGER AS publishers
    FROM (SELECT d.*, m.is_original FROM derived.articles d JOIN derived.membership m ON m.article_id = d.article_id) a
    WHERE (a.published_at IS NOT NULL OR NOT (a.is_baseline OR a.is_undated)) AND /* filters */
    GROUP BY 1
)
SELECT w.week, w.provinces, w.observed, coalesce(c.articles, 0) AS articles, coalesce(c.originals, 0) AS originals,
       coalesce(c.publishers, 0) AS publishers
FROM weeks w LEFT JOIN counted c ON c.week = w.week ORDER BY w.week
