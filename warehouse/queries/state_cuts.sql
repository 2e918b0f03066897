-- `cuts`: from when on each line is judged again, since a statement in `dirty` is other than before. `judged`: the statements to judge.
-- What stands in a line before its cut stays as it is.
CREATE OR REPLACE TEMP TABLE cuts AS SELECT line_id, min(reported_at) AS since FROM dirty WHERE line_id IS NOT NULL GROUP BY line_id;

CREATE OR REPLACE TEMP TABLE judged AS
SELECT s.figure_id, s.article_id, s.line_id, s.series_id, s.position, s.value, s.kind
FROM derived.statements s JOIN cuts c ON c.line_id = s.line_id AND s.reported_at >= c.since
UNION ALL
SELECT s.figure_id, s.article_id, s.line_id, s.series_id, s.position, s.value, s.kind
FROM derived.statements s SEMI JOIN dirty d ON d.figure_id = s.figure_id WHERE s.line_id IS NULL;
