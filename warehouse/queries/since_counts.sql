-- What came after a snapshot: relevant articles new and edited, figures by state. A text that was read before is not new, wherever it stands.
WITH late AS MATERIALIZED (SELECT fetch_id FROM core.fetches WHERE stored_in > $number),
fresh AS MATERIALIZED (SELECT DISTINCT article_id, text_hash FROM core.readings SEMI JOIN late USING (fetch_id)),
known AS MATERIALIZED (
    SELECT DISTINCT article_id, text_hash FROM core.readings SEMI JOIN fresh USING (article_id) ANTI JOIN late USING (fetch_id)
),
texts AS MATERIALIZED (
    SELECT a.article_id, k.article_id IS NULL AS is_new FROM derived.articles a SEMI JOIN fresh USING (article_id, text_hash)
    ANTI JOIN known USING (article_id, text_hash)
    LEFT JOIN (SELECT DISTINCT article_id FROM known) k ON k.article_id = a.article_id
    WHERE a.is_relevant
),
told AS (SELECT f.state FROM derived.figures f SEMI JOIN texts USING (article_id) WHERE f.is_original AND f.kind <> 'previous')
SELECT (SELECT count(*) FILTER (is_new) FROM texts)::INTEGER AS articles, (SELECT count(*) FILTER (NOT is_new) FROM texts)::INTEGER AS edited,
       count(*) FILTER (state IN ('new', 'higher', 'lower', 'restated', 'target_moved'))::INTEGER AS figures,
       count(*) FILTER (state = 'target_moved')::INTEGER AS moved, count(*) FILTER (state = 'conflict')::INTEGER AS conflicts
FROM told
