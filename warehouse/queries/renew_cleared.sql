-- Takes the rows of `renewed` out, and keeps them beside; an empty `changed`.
CREATE OR REPLACE TEMP TABLE articles_before AS SELECT * FROM derived.articles SEMI JOIN renewed USING (article_id);
DELETE FROM derived.articles WHERE article_id IN (SELECT article_id FROM renewed);
CREATE OR REPLACE TEMP TABLE changed (article_id VARCHAR);
