-- How many figures of each state.
SELECT f.state, count(*) AS figures FROM main.figures f JOIN main.articles a ON a.article_id = f.article_id
LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
WHERE /* filters */
GROUP BY f.state ORDER BY figures DESC, f.state
