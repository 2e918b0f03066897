-- Targets that fall due from $first to $soon, or whose result was newly reported in [$begin, $end); the state and time of that result.
SELECT t.*, r.state AS result_state, r.reported_at >= $begin AND r.reported_at < $end AS is_result_new
FROM main.targets t LEFT JOIN derived.figures r ON r.figure_id = t.result_figure_id
WHERE t.status <> 'superseded' AND t.figure_id IS NOT NULL
  AND (t.due BETWEEN $first AND $soon OR (r.reported_at >= $begin AND r.reported_at < $end))
  AND ($province IS NULL OR t.province_now = $province)
ORDER BY t.due NULLS LAST, t.series_id
