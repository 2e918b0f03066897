-- `flagged`: statements whose flags are found anew: what was judged, and what stands in one article or cluster with what is dirty.
-- `company`: what that takes: whole clusters, the first telling of each value, and what each is judged against.
CREATE OR REPLACE TEMP TABLE flagged AS
SELECT figure_id, article_id, cluster_id, series_id, value FROM derived.statements s SEMI JOIN judged j USING (figure_id)
UNION SELECT figure_id, article_id, cluster_id, series_id, value FROM derived.statements s SEMI JOIN dirty d USING (article_id)
UNION SELECT figure_id, article_id, cluster_id, series_id, value FROM derived.statements s SEMI JOIN dirty d USING (cluster_id);
DELETE FROM derived.flags
WHERE figure_id IN (SELECT figure_id FROM flagged UNION ALL SELECT figure_id FROM dirty UNION ALL SELECT figure_id FROM statements_before);

CREATE OR REPLACE TEMP TABLE turns AS
WITH sizes AS (
    SELECT cluster_id, sum(count(*)) OVER (ORDER BY cluster_id) // $size AS part
    FROM derived.statements SEMI JOIN flagged USING (cluster_id) GROUP BY cluster_id
)
SELECT s.figure_id, z.part, f.figure_id IS NOT NULL AS is_asked
FROM derived.statements s JOIN sizes z USING (cluster_id) LEFT JOIN flagged f ON f.figure_id = s.figure_id;

CREATE OR REPLACE TEMP TABLE company AS
WITH first_told AS (
    SELECT series_id, value, arg_min(figure_id, {'at': reported_at, 'figure': figure_id}) AS figure_id
    FROM derived.statements SEMI JOIN flagged USING (series_id, value)
    WHERE kind = 'result' AND NOT is_change AND NOT is_copy AND withdrawn_at IS NULL AND as_of_from IS DISTINCT FROM 'stated'
    GROUP BY series_id, value
)
SELECT DISTINCT t.part, p.figure_id FROM (
    SELECT g.figure_id AS asked_id, f.figure_id FROM flagged g JOIN first_told f USING (series_id, value)
    UNION ALL SELECT s.figure_id, s.against_figure_id FROM derived.states s SEMI JOIN flagged USING (figure_id) WHERE s.against_figure_id IS NOT NULL
) p JOIN turns t ON t.figure_id = p.asked_id;
INSERT INTO turns SELECT figure_id, part, false FROM company ANTI JOIN turns USING (figure_id, part);
