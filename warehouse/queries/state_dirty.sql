-- `dirty`: statements that are other than before, as they were and as they are. `cuts`: from when on each line is judged again.
-- `judged`: the statements to judge. Results of the whole line before the cut stand.
CREATE OR REPLACE TEMP TABLE dirty AS
WITH now AS (SELECT * FROM derived.statements SEMI JOIN restated USING (article_id))
SELECT figure_id, article_id, cluster_id, line_id, series_id, reported_at, told_key, said_key
FROM ((FROM now EXCEPT FROM statements_before) UNION ALL (FROM statements_before EXCEPT FROM now));

CREATE OR REPLACE TEMP TABLE cuts AS SELECT line_id, min(reported_at) AS since FROM dirty WHERE line_id IS NOT NULL GROUP BY line_id;

CREATE OR REPLACE TEMP TABLE judged AS
SELECT s.figure_id, s.article_id, s.line_id, s.series_id, s.position, s.value, s.kind
FROM derived.statements s JOIN cuts c ON c.line_id = s.line_id AND s.reported_at >= c.since
UNION ALL
SELECT s.figure_id, s.article_id, s.line_id, s.series_id, s.position, s.value, s.kind
FROM derived.statements s SEMI JOIN dirty d ON d.figure_id = s.figure_id WHERE s.line_id IS NULL;

DELETE FROM derived.states WHERE figure_id IN (SELECT figure_id FROM judged UNION ALL SELECT figure_id FROM dirty);
