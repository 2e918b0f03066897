-- States of what was judged, each with when its value was first published; and that time for others where it is another now.
CREATE OR REPLACE TEMP TABLE affected AS
SELECT s.figure_id, s.told_key, s.said_key FROM derived.statements s SEMI JOIN judged j ON j.figure_id = s.figure_id
UNION SELECT s.figure_id, s.told_key, s.said_key FROM derived.statements s SEMI JOIN dirty d ON d.told_key = s.told_key
UNION SELECT s.figure_id, s.told_key, s.said_key FROM derived.statements s SEMI JOIN dirty d ON d.said_key = s.said_key;

CREATE OR REPLACE TEMP TABLE firsts AS
WITH told AS (SELECT told_key, min(published_at) AS at FROM derived.statements SEMI JOIN affected USING (told_key) GROUP BY told_key),
said AS (SELECT said_key, min(published_at) AS at FROM derived.statements SEMI JOIN affected USING (said_key) GROUP BY said_key)
SELECT a.figure_id, least(t.at, s.at) AS at FROM affected a LEFT JOIN told t USING (told_key) LEFT JOIN said s USING (said_key);

CREATE OR REPLACE TEMP TABLE redated AS
SELECT f.figure_id, f.at FROM firsts f JOIN derived.states s ON s.figure_id = f.figure_id AND f.at IS DISTINCT FROM s.first_published_at;
UPDATE derived.states SET first_published_at = f.at FROM redated f WHERE f.figure_id = states.figure_id;

INSERT INTO derived.states
SELECT v.figure_id, v.series_id, v.state, f.at, s.reported_at, s.withdrawn_at, v.against_figure_id
FROM verdicts v JOIN firsts f ON f.figure_id = v.figure_id
JOIN (SELECT * FROM derived.statements SEMI JOIN judged USING (figure_id)) s ON s.figure_id = v.figure_id;
