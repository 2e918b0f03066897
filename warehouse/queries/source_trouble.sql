-- Sources whose latest day was not simply ok, worst first: failing before silent before not run, long before short, busy before quiet ones.
WITH days AS (
    SELECT h.*, row_number() OVER (PARTITION BY source_id ORDER BY day DESC) AS back FROM main.source_health h
),
runs AS (
    SELECT d.source_id, d.state, d.cause, d.last_article_at,
           coalesce((SELECT min(o.back) FROM days o WHERE o.source_id = d.source_id AND o.state <> d.state),
                    (SELECT count(*) + 1 FROM days o WHERE o.source_id = d.source_id)) - 1 AS days_in_a_row,
           (SELECT sum(o.articles) FROM days o WHERE o.source_id = d.source_id AND o.back <= 28) AS articles
    FROM days d WHERE d.back = 1
)
SELECT r.source_id, s.name, r.state, r.cause, r.days_in_a_row::BIGINT AS days_in_a_row, r.last_article_at
FROM runs r LEFT JOIN main.sources s ON s.source_id = r.source_id
WHERE r.state <> 'ok' OR r.cause IS NOT NULL
ORDER BY CASE r.state WHEN 'failing' THEN 0 WHEN 'silent' THEN 1 WHEN 'not_run' THEN 2 ELSE 3 END,
         r.days_in_a_row DESC, r.articles DESC, r.source_id
