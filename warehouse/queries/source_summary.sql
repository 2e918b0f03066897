-- Every source of the registry with its last day.
SELECT s.*, l.h.day AS day, l.h.state AS state, l.h.cause AS cause, l.h.last_article_at AS last_article_at,
       coalesce(l.articles, 0)::BIGINT AS articles, coalesce(l.relevant, 0)::BIGINT AS relevant
FROM main.sources s
LEFT JOIN (SELECT source_id, arg_max(h, h.day) AS h, sum(articles) AS articles, sum(relevant) AS relevant
           FROM main.source_health h GROUP BY source_id) l ON l.source_id = s.source_id
WHERE /* filters */
ORDER BY s.source_id
