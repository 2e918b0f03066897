-- `restated`: articles whose statements are worked out anew; their former statements are kept in `statements_before`.
CREATE OR REPLACE TEMP TABLE restated AS
SELECT article_id, row_number() OVER (ORDER BY article_id) // $size AS part FROM (FROM touched UNION FROM changed UNION FROM moved);
CREATE OR REPLACE TEMP TABLE statements_before AS SELECT * FROM derived.statements SEMI JOIN restated USING (article_id);
DELETE FROM derived.statements WHERE article_id IN (SELECT article_id FROM restated);
