-- Sources whose latest day was not simply ok, worst first: failing before silent before not run, long before short, busy before quiet ones.
WITH days AS (
    SELECT h.*, row_number() OVER latest AS back, first(state) OVER latest AS last_state FROM main.source_health h
    WINDOW latest AS (PARTITION BY source_id ORDER BY day DESC)
),
runs AS (
    SELECT source_id, arg_min({'state': state, 'cause': cause, 'last_article_at': last_article_at}, back) AS last,
           coalesce(min(back) FILTER (state <> last_state), count(*) + 1) - 1 AS days_in_a_row, sum(articles) FILTER (back <= 28) AS articles
    FROM days GROUP BY source_id
)
SELECT r.source_id, s.name, r.last.state, r.last.cause, r.days_in_a_row::BIGINT AS days_in_a_row, r.last.last_article_at
FROM runs r LEFT JOIN main.sources s ON s.source_id = r.source_id
WHERE r.last.state <> 'ok' OR r.last.cause IS NOT NULL
ORDER BY CASE r.last.state WHEN 'failing' THEN 0 WHEN 'silent' THEN 1 WHEN 'not_run' THEN 2 ELSE 3 END,
         r.days_in_a_row DESC, r.articles DESC, r.source_id
