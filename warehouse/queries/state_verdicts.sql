-- `affected`: statements whose value may have been first published at another time than was thought, since one of their keys is that of
-- a dirty one. `firsts`: that time.
CREATE OR REPLACE TEMP TABLE affected AS
SELECT figure_id, told_key, said_key FROM derived.statements
WHERE told_key IN (SELECT told_key FROM dirty) OR said_key IN (SELECT said_key FROM dirty WHERE said_key IS NOT NULL);

CREATE OR REPLACE TEMP TABLE firsts AS
WITH told AS (SELECT told_key, min(published_at) AS at FROM derived.statements SEMI JOIN affected USING (told_key) GROUP BY told_key),
said AS (SELECT said_key, min(published_at) AS at FROM derived.statements SEMI JOIN affected USING (said_key) GROUP BY said_key)
SELECT a.figure_id, least(t.at, s.at) AS at FROM affected a LEFT JOIN told t USING (told_key) LEFT JOIN said s USING (said_key);

-- `rejudged`: verdicts that are other than those that stand, whose rows are written anew; most of what is judged again stays as it was.
CREATE OR REPLACE TEMP TABLE rejudged AS
WITH standing AS (SELECT * FROM derived.states SEMI JOIN verdicts USING (figure_id)),
said AS (SELECT figure_id, article_id, reported_at, withdrawn_at FROM derived.statements SEMI JOIN verdicts USING (figure_id))
SELECT v.figure_id, v.series_id, v.state, CASE WHEN f.figure_id IS NULL THEN o.first_published_at ELSE f.at END AS first_published_at,
       s.reported_at, s.withdrawn_at, v.against_figure_id, s.article_id
FROM verdicts v JOIN said s ON s.figure_id = v.figure_id
LEFT JOIN standing o ON o.figure_id = v.figure_id LEFT JOIN firsts f ON f.figure_id = v.figure_id
WHERE o.figure_id IS NULL OR (o.series_id, o.state, o.reported_at, o.withdrawn_at, o.against_figure_id)
      IS DISTINCT FROM (v.series_id, v.state, s.reported_at, s.withdrawn_at, v.against_figure_id);

DELETE FROM derived.states
WHERE figure_id IN (SELECT figure_id FROM rejudged) OR figure_id IN (SELECT figure_id FROM dirty ANTI JOIN verdicts USING (figure_id));
INSERT INTO derived.states SELECT * EXCLUDE (article_id) FROM rejudged;

CREATE OR REPLACE TEMP TABLE redated AS
SELECT f.figure_id, f.at FROM firsts f JOIN derived.states s ON s.figure_id = f.figure_id AND f.at IS DISTINCT FROM s.first_published_at;
UPDATE derived.states SET first_published_at = f.at FROM redated f WHERE f.figure_id = states.figure_id;

-- `leaning`: statements judged against one whose own words may be others now.
CREATE OR REPLACE TEMP TABLE leaning AS
SELECT figure_id FROM derived.states WHERE against_figure_id IN (SELECT figure_id FROM dirty);
DROP TABLE affected;
DROP TABLE firsts;
DROP TABLE verdicts;
