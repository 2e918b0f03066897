-- What each source brought in its last seven observed days, beside the usual week: the middle one of the up to eight weeks before.
WITH last AS (SELECT max(day) AS day FROM main.source_health),
weeks AS (
    SELECT h.source_id, (l.day - h.day) // 7 AS back, sum(h.articles)::INTEGER AS articles, sum(h.relevant)::INTEGER AS relevant,
           count(*) FILTER (h.state IN ('ok', 'silent')) AS observed
    FROM main.source_health h, last l WHERE l.day - h.day < 63 GROUP BY ALL
)
SELECT source_id, coalesce(max(articles) FILTER (back = 0), 0) AS articles, coalesce(max(observed) FILTER (back = 0), 0)::INTEGER AS observed_days,
       median(articles) FILTER (back > 0 AND observed >= 5) AS usual,
       (count(*) FILTER (back > 0 AND observed >= 5))::INTEGER AS weeks
FROM weeks GROUP BY source_id ORDER BY source_id
