-- How many figures of each state.
SELECT f.state, count(*) AS figures FROM derived.figures f LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
WHERE /* filters */
GROUP BY f.state ORDER BY figures DESC, f.state
