-- Adds to `dirty` the statements of the articles in `part` that are other than before, as they were and as they are.
INSERT INTO dirty
WITH now AS (SELECT * FROM derived.statements SEMI JOIN part USING (article_id)),
before AS (SELECT * FROM statements_before SEMI JOIN part USING (article_id))
SELECT figure_id, article_id, cluster_id, line_id, series_id, value, kind, reported_at, told_key, said_key
FROM ((FROM now EXCEPT FROM before) UNION ALL (FROM before EXCEPT FROM now));
