-- Adds to `changed` the articles in `part` that have another row than before.
INSERT INTO changed
WITH now AS (SELECT * FROM derived.articles SEMI JOIN part USING (article_id)),
before AS (SELECT * FROM articles_before SEMI JOIN part USING (article_id))
SELECT DISTINCT article_id FROM ((FROM now EXCEPT FROM before) UNION ALL (FROM before EXCEPT FROM now));
