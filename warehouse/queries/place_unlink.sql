-- Take out the links of `displaced`; whom they led to must be looked at.
CREATE OR REPLACE TEMP TABLE loosened AS
SELECT * FROM derived.links
WHERE article_id IN (SELECT article_id FROM displaced) OR other_id IN (SELECT article_id FROM displaced);
INSERT INTO unlinked SELECT DISTINCT unnest([article_id, other_id]) FROM loosened;
DELETE FROM derived.links
WHERE article_id IN (SELECT article_id FROM displaced) OR other_id IN (SELECT article_id FROM displaced);
