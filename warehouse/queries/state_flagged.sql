-- `flagged`: statements whose flags are found anew: what is judged otherwise than before or against words that changed, what stands in one
-- article or cluster with a dirty one, and what tells the same value in the same series where a dirty one is or was the first to.
-- `company`: what that takes: whole clusters, the first telling of each value, and what each is judged against.
CREATE OR REPLACE TEMP TABLE retold AS
SELECT DISTINCT series_id, value FROM dirty d
JOIN (SELECT series_id, value, min(reported_at) AS at FROM derived.statements SEMI JOIN dirty USING (series_id, value)
      WHERE kind = 'result' AND NOT is_change AND NOT is_copy AND withdrawn_at IS NULL AND as_of_from IS DISTINCT FROM 'stated'
      GROUP BY series_id, value) f USING (series_id, value)
WHERE d.reported_at <= f.at;
CREATE OR REPLACE TEMP TABLE flagged AS
SELECT figure_id, article_id, cluster_id, series_id, value FROM derived.statements
WHERE figure_id IN (SELECT figure_id FROM rejudged UNION ALL FROM leaning)
   OR article_id IN (SELECT article_id FROM dirty) OR cluster_id IN (SELECT cluster_id FROM dirty)
UNION
SELECT figure_id, article_id, cluster_id, series_id, value FROM derived.statements SEMI JOIN retold USING (series_id, value)
WHERE kind = 'result' AND NOT is_change AND as_of_from IS DISTINCT FROM 'stated';
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
WITH results AS (
    SELECT figure_id, series_id, value, reported_at FROM derived.statements SEMI JOIN flagged USING (series_id, value)
    WHERE kind = 'result' AND NOT is_change AND NOT is_copy AND withdrawn_at IS NULL AND as_of_from IS DISTINCT FROM 'stated'
),
first_told AS (
    SELECT figure_id, series_id, value FROM results
    SEMI JOIN (SELECT series_id, value, min(reported_at) AS reported_at FROM results GROUP BY series_id, value) f
      USING (series_id, value, reported_at)
)
SELECT DISTINCT t.part, p.figure_id FROM (
    SELECT g.figure_id AS asked_id, f.figure_id FROM flagged g JOIN first_told f USING (series_id, value)
    UNION ALL SELECT s.figure_id, s.against_figure_id FROM derived.states s SEMI JOIN flagged USING (figure_id) WHERE s.against_figure_id IS NOT NULL
) p JOIN turns t ON t.figure_id = p.asked_id;
INSERT INTO turns SELECT figure_id, part, false FROM company ANTI JOIN turns USING (figure_id, part);
