-- Newly reported figures and conflicts that came after a snapshot, newest first: their ids.
WITH late AS MATERIALIZED (SELECT fetch_id FROM core.fetches WHERE stored_in > $number),
fresh AS MATERIALIZED (SELECT DISTINCT article_id, text_hash FROM core.readings SEMI JOIN late USING (fetch_id)),
known AS MATERIALIZED (
    SELECT DISTINCT article_id, text_hash FROM core.readings SEMI JOIN fresh USING (article_id) ANTI JOIN late USING (fetch_id)
),
texts AS (
    SELECT a.article_id FROM derived.articles a SEMI JOIN fresh USING (article_id, text_hash) ANTI JOIN known USING (article_id, text_hash)
    WHERE a.is_relevant
)
SELECT f.figure_id FROM derived.figures f SEMI JOIN texts USING (article_id)
WHERE f.is_original AND f.kind <> 'previous' AND f.state IN ('new', 'higher', 'lower', 'restated', 'target_moved', 'conflict')
ORDER BY f.metric_id IS NULL, f.state NOT IN ('conflict', 'target_moved'), f.reported_at DESC, f.article_id, f.start_char
LIMIT $limit
