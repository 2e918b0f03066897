-- The statements in `scope`, whole.
SELECT s.figure_id, s.article_id, s.cluster_id, s.publisher, s.reported_at, s.published_at, s.withdrawn_at, s.is_copy, s.is_aggregator,
       s.is_baseline, s.is_undated, f.metric_id, f.label, f.value, f.value_max, f.denominator, f.unit, f.comparator, f.kind, f.is_change, f.level, f.scope,
       f.whole, f.period, f.province_id, f.province, f.as_of, f.as_of_precision, f.as_of_from, f.due, f.due_precision, f.mention, f.sentence,
       f.start_char AS start, f.end_char AS "end"
FROM (SELECT * FROM derived.statements SEMI JOIN scope USING (figure_id)) s
JOIN (SELECT * FROM derived.text_figures SEMI JOIN scope USING (figure_id)) f ON f.figure_id = s.figure_id AND f.text_hash = s.text_hash
