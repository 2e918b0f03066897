-- `derived.figures`: figures of the latest revisions as they are shown, in one row each, so that no page joins millions of rows;
-- `reshown` are the articles whose rows are made anew.
CREATE OR REPLACE TEMP TABLE reshown AS
SELECT article_id FROM restated
UNION SELECT article_id FROM rejudged
UNION SELECT article_id FROM derived.statements SEMI JOIN (SELECT figure_id FROM redated UNION ALL FROM leaning) r USING (figure_id);
DELETE FROM derived.figures WHERE article_id IN (SELECT article_id FROM reshown);
