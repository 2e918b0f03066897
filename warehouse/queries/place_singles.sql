-- Takes the family out of the membership, puts those that nothing ties back in at once, and leaves the rest in `claims`.
CREATE OR REPLACE TEMP TABLE membership_before AS SELECT * FROM derived.membership SEMI JOIN family USING (article_id);
DELETE FROM derived.membership WHERE article_id IN (SELECT article_id FROM family);
CREATE OR REPLACE TEMP TABLE claims AS
WITH tied AS (
    SELECT * FROM derived.articles SEMI JOIN family USING (article_id)
    WHERE article_id IN (SELECT article_id FROM ties) OR article_id IN (SELECT article_id FROM derived.reviewed_copies)
)
SELECT a.article_id, a.placed_at, a.is_aggregator, a.has_credit, a.source_id, coalesce(t.credited, []) AS credited
FROM tied a JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash;
INSERT INTO derived.membership
SELECT article_id, article_id, true, NULL FROM derived.articles SEMI JOIN family USING (article_id) ANTI JOIN claims USING (article_id);
