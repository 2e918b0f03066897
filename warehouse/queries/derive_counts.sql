-- Pages fetched, articles first seen and relevant ones among them, by source and day of Vietnam time.
WITH pages AS (
    SELECT source_id, (fetched_at + INTERVAL 7 HOUR)::DATE AS day, count(*)::INTEGER AS pages
    FROM core.fetches WHERE source_id <> '' AND role <> 'joined' GROUP BY ALL
),
seen AS (
    SELECT source_id, (first_seen_at + INTERVAL 7 HOUR)::DATE AS day, count(*)::INTEGER AS articles,
           (count(*) FILTER (is_relevant))::INTEGER AS relevant
    FROM derived.articles GROUP BY ALL
)
SELECT p.source_id, p.day, p.pages, coalesce(s.articles, 0), coalesce(s.relevant, 0)
FROM pages p LEFT JOIN seen s ON s.source_id = p.source_id AND s.day = p.day
