-- Relevant articles a week of Vietnam time, for every week of the coverage; an article of two provinces counts once.
WITH weeks AS (
    SELECT week, count(*)::INTEGER AS provinces, (count(*) FILTER (state <> 'not_observed'))::INTEGER AS observed FROM main.coverage GROUP BY week
),
counted AS (
    SELECT strftime(day, '%G-W%V') AS week, sum(articles)::INTEGER AS articles, sum(originals)::INTEGER AS originals FROM (
        SELECT (coalesce(a.published_at, a.first_seen_at) + INTERVAL 7 HOUR)::DATE AS day, count(*) AS articles,
               count(*) FILTER (m.is_original) AS originals
        FROM derived.articles a JOIN derived.membership m ON m.article_id = a.article_id
        WHERE a.is_relevant AND (a.published_at IS NOT NULL OR NOT (a.is_baseline OR a.is_undated))
        GROUP BY 1
    ) GROUP BY 1
)
SELECT w.week, w.provinces, w.observed, coalesce(c.articles, 0) AS articles, coalesce(c.originals, 0) AS originals
FROM weeks w LEFT JOIN counted c ON c.week = w.week ORDER BY w.week
