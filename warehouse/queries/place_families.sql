-- `family`: articles whose cluster is named anew; grows by `place_relatives` until whole clusters are in it. `ties`: what holds them together.
CREATE OR REPLACE TEMP TABLE family AS SELECT DISTINCT article_id FROM unlinked;
CREATE OR REPLACE TEMP TABLE ties AS
SELECT article_id, other_id FROM derived.links
UNION ALL SELECT other_id, article_id FROM derived.links
UNION ALL SELECT article_id, copy_of FROM derived.reviewed_copies WHERE copy_of IS NOT NULL
UNION ALL SELECT copy_of, article_id FROM derived.reviewed_copies WHERE copy_of IS NOT NULL;
