-- Rows of `derived.figures` for the articles in `part`, the newest first, each with what the figure is judged against.
INSERT INTO derived.figures BY NAME
WITH shown AS (SELECT * FROM derived.articles SEMI JOIN part USING (article_id) WHERE is_relevant),
said AS (SELECT f.* FROM derived.text_figures f SEMI JOIN shown USING (article_id, text_hash)),
judged_so AS (SELECT * FROM derived.states SEMI JOIN said USING (figure_id)),
against AS (
    SELECT figure_id, text_hash FROM derived.statements SEMI JOIN judged_so ON judged_so.against_figure_id = statements.figure_id
),
earlier AS (SELECT f.* FROM derived.text_figures f SEMI JOIN against USING (figure_id, text_hash))
SELECT f.* EXCLUDE (text_hash), a.revision, CASE WHEN f.province = 'national' THEN 'national' ELSE n.now_name END AS province_now,
       s.series_id, s.state, s.first_published_at, s.reported_at, s.against_figure_id, a.source_id, m.is_original,
       e.article_id AS article_id_before, e.value AS value_before, e.mention AS mention_before, e.as_of AS as_of_before, e.due AS due_before
FROM shown a
JOIN said f ON f.article_id = a.article_id
JOIN derived.membership m ON m.article_id = a.article_id
LEFT JOIN judged_so s ON s.figure_id = f.figure_id
LEFT JOIN earlier e ON e.figure_id = s.against_figure_id
LEFT JOIN derived.provinces n ON n.province_id = f.province_id
ORDER BY s.reported_at DESC;
