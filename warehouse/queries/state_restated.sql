-- `restated`: articles whose statements are worked out anew; their former statements are kept in `statements_before`.
CREATE OR REPLACE TEMP TABLE restated AS
FROM touched UNION FROM changed UNION FROM moved;
CREATE OR REPLACE TEMP TABLE statements_before AS SELECT * FROM derived.statements SEMI JOIN restated USING (article_id);
DELETE FROM derived.statements WHERE article_id IN (SELECT article_id FROM restated);
CREATE OR REPLACE TEMP TABLE dirty AS
SELECT figure_id, article_id, cluster_id, line_id, series_id, value, kind, reported_at, told_key, said_key FROM derived.statements LIMIT 0;
