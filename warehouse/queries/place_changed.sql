-- `displaced`: articles that others must be compared with anew. `unlinked`: articles whose cluster must be looked at.
CREATE OR REPLACE TEMP TABLE displaced AS
WITH now AS (SELECT article_id, text_hash, placed_at, publisher FROM derived.articles SEMI JOIN changed USING (article_id)),
before AS (SELECT article_id, text_hash, placed_at, publisher FROM articles_before SEMI JOIN changed USING (article_id))
SELECT DISTINCT article_id FROM ((FROM now EXCEPT FROM before) UNION ALL (FROM before EXCEPT FROM now));

CREATE OR REPLACE TEMP TABLE unlinked AS
WITH now AS (SELECT article_id, placed_at, is_aggregator, has_credit, source_id FROM derived.articles SEMI JOIN changed USING (article_id)),
before AS (SELECT article_id, placed_at, is_aggregator, has_credit, source_id FROM articles_before SEMI JOIN changed USING (article_id)),
said AS (SELECT article_id, copy_of, is_no_copy FROM derived.reviewed_articles),
said_before AS (SELECT article_id, copy_of, is_no_copy FROM derived.reviewed_copies)
SELECT article_id FROM displaced
UNION SELECT article_id FROM (FROM now EXCEPT FROM before)
UNION SELECT article_id FROM (FROM before EXCEPT FROM now)
UNION SELECT unnest([article_id, copy_of]) FROM ((FROM said EXCEPT FROM said_before) UNION ALL (FROM said_before EXCEPT FROM said));
DELETE FROM unlinked WHERE article_id IS NULL;

CREATE OR REPLACE TABLE derived.reviewed_copies AS SELECT article_id, copy_of, is_no_copy FROM derived.reviewed_articles;
