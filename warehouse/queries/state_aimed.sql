-- `aimed`: series of goals whose row in the docket may be another: a statement on their line or that of their results is dirty, or the
-- passing of days since the last publish ($before to $today) brought them due or near.
CREATE OR REPLACE TEMP TABLE aimed AS
WITH goals AS (
    SELECT * FROM derived.statements
    WHERE kind = 'target' AND NOT is_change AND NOT is_aggregator AND line_id IS NOT NULL
),
lines AS (SELECT DISTINCT line_id FROM dirty WHERE line_id IS NOT NULL)
SELECT DISTINCT series_id FROM goals
WHERE line_id IN (FROM lines) OR result_line_id IN (FROM lines)
   OR ($before IS DISTINCT FROM $today AND ($before IS NULL OR $today IS NULL OR due BETWEEN $before AND $today
       OR due BETWEEN $before::DATE + $soon::INTEGER AND $today::DATE + $soon::INTEGER));
DELETE FROM derived.targets WHERE series_id IN (SELECT series_id FROM aimed UNION ALL SELECT series_id FROM dirty);

CREATE OR REPLACE TEMP TABLE turns AS
WITH sizes AS (
    SELECT series_id, sum(count(*)) OVER (ORDER BY series_id) // $size AS part
    FROM derived.statements SEMI JOIN aimed USING (series_id) GROUP BY series_id
),
goals AS (SELECT s.figure_id, s.result_line_id, z.part FROM derived.statements s JOIN sizes z USING (series_id)),
results AS (
    SELECT line_id, arg_max(figure_id, {'for': position, 'at': reported_at, 'figure': figure_id}) AS figure_id
    FROM derived.statements SEMI JOIN goals g ON g.result_line_id = statements.line_id
    WHERE kind = 'result' AND NOT is_change AND NOT is_aggregator AND withdrawn_at IS NULL GROUP BY line_id
)
SELECT figure_id, part, bool_or(is_asked) AS is_asked FROM (
    SELECT figure_id, part, true AS is_asked FROM goals
    UNION ALL SELECT r.figure_id, g.part, false FROM goals g JOIN results r ON r.line_id = g.result_line_id
    UNION ALL SELECT s.against_figure_id, g.part, false FROM goals g JOIN derived.states s USING (figure_id) WHERE s.state = 'target_moved'
) GROUP BY figure_id, part;
