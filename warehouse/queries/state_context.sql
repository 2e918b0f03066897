-- `context`: of the statements before the cut, all that judging those after it looks at (_History in r57monitor/ledger/states.py): on its
-- day what each publisher said last, the day before that one on which something still stands, the same value told first, the last of the
-- series, the last goal of the same value on the line, and what the same article says. More would do no harm.
CREATE OR REPLACE TEMP TABLE prior AS
SELECT s.figure_id, s.article_id, s.line_id, s.series_id, s.position, s.value, s.kind, s.due, s.publisher, s.withdrawn_at IS NULL AS stands,
       {'at': s.reported_at, 'article': s.article_id, 'start': s.start, 'figure': s.figure_id} AS turn
FROM derived.statements s JOIN cuts c ON c.line_id = s.line_id AND s.reported_at < c.since
WHERE NOT s.is_copy AND NOT s.is_aggregator;

CREATE OR REPLACE TEMP TABLE days AS
SELECT series_id, position, arg_max(figure_id, turn) AS figure_id, arg_max(stands, turn) AS stands
FROM prior SEMI JOIN (SELECT DISTINCT series_id FROM judged) j USING (series_id) GROUP BY series_id, position;

CREATE OR REPLACE TEMP TABLE floors AS
WITH marks AS (
    SELECT DISTINCT series_id, position, false AS is_day, NULL::VARCHAR AS figure_id FROM judged WHERE series_id IS NOT NULL
    UNION ALL SELECT series_id, position, true, figure_id FROM days WHERE stands
)
SELECT series_id, position, last_value(CASE WHEN is_day THEN position END IGNORE NULLS) OVER earlier AS floor,
       last_value(figure_id IGNORE NULLS) OVER earlier AS figure_id
FROM marks
WINDOW earlier AS (PARTITION BY series_id ORDER BY position, is_day ROWS UNBOUNDED PRECEDING)  -- a day comes after what asks for it
QUALIFY NOT is_day;

CREATE OR REPLACE TEMP TABLE context AS
SELECT arg_max(figure_id, turn) AS figure_id
FROM prior SEMI JOIN floors f USING (series_id, position) GROUP BY series_id, position, publisher
UNION SELECT figure_id FROM floors WHERE figure_id IS NOT NULL
UNION SELECT d.figure_id FROM (FROM days WHERE NOT stands) d JOIN floors f
      ON f.series_id = d.series_id AND d.position < f.position AND (f.floor IS NULL OR d.position > f.floor)
UNION SELECT arg_min(figure_id, turn) FROM prior SEMI JOIN judged j USING (series_id, value) GROUP BY series_id, value
UNION SELECT arg_max(figure_id, turn) FROM prior SEMI JOIN floors f USING (series_id) GROUP BY series_id
UNION SELECT arg_max(figure_id, turn) FROM prior SEMI JOIN (FROM judged WHERE kind = 'target') j USING (line_id, value)
      WHERE kind = 'target' AND due IS NOT NULL GROUP BY line_id, value
UNION SELECT s.figure_id FROM derived.statements s SEMI JOIN judged j ON j.article_id = s.article_id AND j.line_id = s.line_id;

-- What is judged together: whole lines, in parts of at most so many statements.
CREATE OR REPLACE TEMP TABLE turns AS
WITH wanted AS (
    SELECT s.figure_id, coalesce(s.line_id, s.figure_id) AS line_id FROM derived.statements s
    SEMI JOIN (SELECT figure_id FROM judged UNION ALL SELECT figure_id FROM context) w ON w.figure_id = s.figure_id
),
sizes AS (SELECT line_id, sum(count(*)) OVER (ORDER BY line_id) // $size AS part FROM wanted GROUP BY line_id)
SELECT w.figure_id, s.part, j.figure_id IS NOT NULL AS is_asked
FROM wanted w JOIN sizes s USING (line_id) LEFT JOIN judged j ON j.figure_id = w.figure_id;
