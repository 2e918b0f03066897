-- `moved`: articles that are in another cluster than before, or its original no longer or now.
CREATE OR REPLACE TEMP TABLE moved AS
WITH now AS (SELECT * FROM derived.membership SEMI JOIN family USING (article_id))
SELECT DISTINCT article_id FROM ((FROM now EXCEPT FROM membership_before) UNION ALL (FROM membership_before EXCEPT FROM now))
