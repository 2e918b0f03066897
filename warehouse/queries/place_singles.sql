-- Takes the family out of the membership, puts those that nothing ties back in at once, and leaves the rest in `claims`.
CREATE OR REPLACE TEMP TABLE membership_before AS SELECT * FROM derived.membership SEMI JOIN family USING (article_id);
DELETE FROM derived.membership WHERE article_id IN (SELECT article_id FROM family);
CREATE OR REPLACE TEMP TABLE claims AS
SELECT article_id, placed_at, is_aggregator, has_credit FROM derived.articles a SEMI JOIN family USING (article_id)
WHERE article_id IN (SELECT article_id FROM ties) OR article_id IN (SELECT article_id FROM derived.reviewed_copies);
INSERT INTO derived.membership
SELECT article_id, article_id, true, NULL FROM derived.articles SEMI JOIN family USING (article_id) ANTI JOIN claims USING (article_id);
