-- `turns`: what is judged together: `judged`, and of the statements before the cut all that judging those looks at (_History in
-- r57monitor/ledger/states.py): everything on its day and on the day before that one on which something still stands, the same value told
-- first, the last of the series, the last goal of the same value on the line, and what the same article says. More would do no harm, so
-- days and times decide and not the order within them. Statements go by their place in the table: names of millions are slow to carry.
CREATE OR REPLACE TEMP TABLE series AS
SELECT j.series_id, (row_number() OVER ())::INTEGER AS code, c.since
FROM (SELECT series_id, any_value(line_id) AS line_id FROM judged WHERE series_id IS NOT NULL GROUP BY series_id) j JOIN cuts c USING (line_id);

CREATE OR REPLACE TEMP TABLE prior AS
SELECT s.rowid AS place, c.code, s.position, s.value, s.reported_at, s.withdrawn_at IS NULL AS stands
FROM derived.statements s JOIN series c ON c.series_id = s.series_id AND s.reported_at < c.since
WHERE NOT s.is_copy AND NOT s.is_aggregator;

-- Of each day that is asked about: itself, the day before it on which all stands, and what days lie between.
CREATE OR REPLACE TEMP TABLE days AS
WITH asked AS MATERIALIZED (SELECT DISTINCT c.code, j.position FROM judged j JOIN series c USING (series_id)),
every AS MATERIALIZED (SELECT code, position, bool_and(stands) AS stands FROM prior GROUP BY code, position),
lowest AS (
    SELECT e.code, max(e.position) AS position
    FROM (FROM every WHERE stands) e JOIN (SELECT code, min(position) AS position FROM asked GROUP BY code) a
      ON a.code = e.code AND e.position < a.position GROUP BY e.code
),
known AS MATERIALIZED (  -- nothing below the lowest floor is looked at, and sorting all days of all series takes long
    SELECT e.* FROM every e LEFT JOIN lowest l ON l.code = e.code WHERE l.position IS NULL OR e.position >= l.position
),
floors AS (
    SELECT a.code, a.position, k.position AS floor
    FROM asked a ASOF LEFT JOIN (FROM known WHERE stands) k ON k.code = a.code AND k.position < a.position
)
SELECT code, position FROM asked
UNION SELECT code, floor FROM floors WHERE floor IS NOT NULL
UNION SELECT k.code, k.position FROM (FROM known WHERE NOT stands) k
      JOIN floors f ON f.code = k.code AND k.position < f.position AND (f.floor IS NULL OR k.position > f.floor);

CREATE OR REPLACE TEMP TABLE context AS
WITH told AS (
    SELECT code, value, min(reported_at) AS reported_at
    FROM prior SEMI JOIN (SELECT c.code, j.value FROM judged j JOIN series c USING (series_id)) w USING (code, value) GROUP BY code, value
),
latest AS (SELECT code, max(reported_at) AS reported_at FROM prior GROUP BY code),
goals AS (
    SELECT s.rowid AS place, s.line_id, s.value, s.reported_at
    FROM (SELECT rowid, * FROM derived.statements SEMI JOIN (FROM judged WHERE kind = 'target') j USING (line_id, value)) s
    JOIN cuts c ON c.line_id = s.line_id AND s.reported_at < c.since
    WHERE s.kind = 'target' AND s.due IS NOT NULL AND NOT s.is_copy AND NOT s.is_aggregator
)
SELECT place FROM prior SEMI JOIN days USING (code, position)
UNION SELECT place FROM prior SEMI JOIN told USING (code, value, reported_at)
UNION SELECT place FROM prior SEMI JOIN latest USING (code, reported_at)
UNION SELECT place FROM goals SEMI JOIN (SELECT line_id, value, max(reported_at) AS reported_at FROM goals GROUP BY line_id, value) g
      USING (line_id, value, reported_at)
UNION SELECT s.rowid FROM derived.statements s SEMI JOIN judged j ON j.article_id = s.article_id AND j.line_id = s.line_id;

-- Whole lines, in parts of at most so many statements.
CREATE OR REPLACE TEMP TABLE turns AS
WITH wanted AS (
    SELECT s.figure_id, coalesce(s.line_id, s.figure_id) AS line_id FROM derived.statements s SEMI JOIN context ON context.place = s.rowid
    UNION SELECT figure_id, coalesce(line_id, figure_id) FROM judged
),
sizes AS (SELECT line_id, sum(count(*)) OVER (ORDER BY line_id) // $size AS part FROM wanted GROUP BY line_id)
SELECT w.figure_id, s.part, j.figure_id IS NOT NULL AS is_asked
FROM wanted w JOIN sizes s USING (line_id) LEFT JOIN judged j ON j.figure_id = w.figure_id;
DROP TABLE prior;
DROP TABLE days;
DROP TABLE context;
DROP TABLE series;
DROP TABLE judged;
