-- `aimed`: series of goals whose row in the docket may be another: one of its statements is dirty, judged otherwise or judged against
-- words that changed; the newest result it is held against is another; or the passing of days since the last publish ($before to
-- $today) brought it due or near.
CREATE OR REPLACE TEMP TABLE goals AS
SELECT series_id, result_line_id, any_value(due) AS due FROM derived.statements
WHERE kind = 'target' AND NOT is_change AND NOT is_aggregator AND line_id IS NOT NULL GROUP BY series_id, result_line_id;

CREATE OR REPLACE TEMP TABLE held AS
SELECT t.series_id, g.result_line_id, t.result_figure_id, s.position, s.reported_at
FROM derived.targets t JOIN goals g USING (series_id)
LEFT JOIN (SELECT figure_id, position, reported_at FROM derived.statements
           SEMI JOIN (SELECT DISTINCT result_figure_id AS figure_id FROM derived.targets) r USING (figure_id)) s
  ON s.figure_id = t.result_figure_id;

CREATE OR REPLACE TEMP TABLE aimed AS
WITH newer AS (
    SELECT line_id, max({'position': position, 'reported_at': reported_at}) AS newest
    FROM (SELECT * FROM derived.statements SEMI JOIN dirty USING (figure_id))
    WHERE kind = 'result' AND NOT is_change AND NOT is_aggregator AND withdrawn_at IS NULL AND line_id IS NOT NULL GROUP BY line_id
)
SELECT series_id FROM goals WHERE series_id IN (SELECT series_id FROM dirty)
UNION SELECT series_id FROM goals WHERE series_id IN (SELECT series_id FROM rejudged)
UNION SELECT series_id FROM derived.states SEMI JOIN leaning USING (figure_id) WHERE state = 'target_moved'
UNION SELECT series_id FROM held WHERE result_figure_id IN (SELECT figure_id FROM dirty)
UNION SELECT h.series_id FROM held h JOIN newer n ON n.line_id = h.result_line_id
      WHERE h.position IS NULL OR n.newest >= {'position': h.position, 'reported_at': h.reported_at}
UNION SELECT series_id FROM goals
      WHERE $before IS DISTINCT FROM $today AND ($before IS NULL OR $today IS NULL OR due BETWEEN $before AND $today
            OR due BETWEEN $before::DATE + $soon::INTEGER AND $today::DATE + $soon::INTEGER);
DELETE FROM derived.targets WHERE series_id IN (SELECT series_id FROM aimed UNION ALL SELECT series_id FROM dirty);

-- `tallies`: what all statements of a goal together say. Of each goal are read only the latest that stands, the latest that moved it
-- with the one it moved from, and the newest result; days and times decide here, the order within them where they are judged.
CREATE OR REPLACE TEMP TABLE aims AS
SELECT figure_id, series_id, result_line_id, article_id, published_at, reported_at, withdrawn_at IS NULL AND NOT is_copy AS stands
FROM derived.statements SEMI JOIN aimed USING (series_id)
WHERE kind = 'target' AND NOT is_change AND NOT is_aggregator AND line_id IS NOT NULL;
CREATE OR REPLACE TEMP TABLE tallies AS
SELECT series_id, min(published_at) AS first_published_at, max(published_at) AS last_published_at,
       count(DISTINCT article_id)::INTEGER AS statements, bool_or(stands) AS stands FROM aims GROUP BY series_id;

CREATE OR REPLACE TEMP TABLE turns AS
WITH standing AS (SELECT a.* FROM aims a JOIN tallies USING (series_id, stands)),  -- where nothing stands any more, what stood
latest AS (
    SELECT figure_id, series_id FROM standing
    SEMI JOIN (SELECT series_id, max(reported_at) AS reported_at FROM standing GROUP BY series_id) l USING (series_id, reported_at)
),
moves AS (
    SELECT a.figure_id, a.series_id, a.reported_at, s.against_figure_id
    FROM standing a JOIN (FROM derived.states WHERE state = 'target_moved') s ON s.figure_id = a.figure_id
),
last_moves AS (
    FROM moves SEMI JOIN (SELECT series_id, max(reported_at) AS reported_at FROM moves GROUP BY series_id) l USING (series_id, reported_at)
),
results AS (
    SELECT figure_id, line_id, position FROM derived.statements SEMI JOIN (SELECT DISTINCT result_line_id AS line_id FROM aims) l USING (line_id)
    WHERE kind = 'result' AND NOT is_change AND NOT is_aggregator AND withdrawn_at IS NULL
),
newest AS (
    SELECT figure_id, line_id FROM results
    SEMI JOIN (SELECT line_id, max(position) AS position FROM results GROUP BY line_id) l USING (line_id, position)
),
sizes AS (SELECT series_id, sum(count(*)) OVER (ORDER BY series_id) // $size AS part FROM latest GROUP BY series_id)
SELECT figure_id, part, bool_or(is_asked) AS is_asked FROM (
    SELECT l.figure_id, z.part, true AS is_asked FROM latest l JOIN sizes z USING (series_id)
    UNION ALL SELECT m.figure_id, z.part, true FROM last_moves m JOIN sizes z USING (series_id)
    UNION ALL SELECT m.against_figure_id, z.part, false FROM last_moves m JOIN sizes z USING (series_id)
    UNION ALL SELECT n.figure_id, z.part, false
    FROM (SELECT DISTINCT series_id, result_line_id FROM aims) a JOIN sizes z USING (series_id) JOIN newest n ON n.line_id = a.result_line_id
) GROUP BY figure_id, part;
