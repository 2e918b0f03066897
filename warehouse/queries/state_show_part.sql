-- Rows of `derived.figures` for the articles in `part`.
INSERT INTO derived.figures BY NAME
WITH shown AS (SELECT * FROM derived.articles SEMI JOIN part USING (article_id) WHERE is_relevant),
said AS (SELECT f.* FROM derived.text_figures f SEMI JOIN shown USING (article_id, text_hash)),
judged_so AS (SELECT * FROM derived.states SEMI JOIN said USING (figure_id))
SELECT f.* EXCLUDE (text_hash), a.revision, CASE WHEN f.province = 'national' THEN 'national' ELSE n.now_name END AS province_now,
       s.series_id, s.state, s.first_published_at, s.reported_at, s.against_figure_id, a.source_id, m.is_original
FROM shown a
JOIN said f ON f.article_id = a.article_id
JOIN derived.membership m ON m.article_id = a.article_id
LEFT JOIN judged_so s ON s.figure_id = f.figure_id
LEFT JOIN derived.provinces n ON n.province_id = f.province_id
ORDER BY s.reported_at;
