-- Figures of the given articles that have a state, each with its article, its outlet and the earlier figure it is judged against.
SELECT f.*, a.url, a.title, a.published_at, a.source_id, a.publisher, coalesce(s.name, a.source_id) AS outlet,
       b.value AS against_value, b.value_max AS against_value_max, b.denominator AS against_denominator, b.unit AS against_unit,
       b.comparator AS against_comparator, b.kind AS against_kind, b.as_of AS against_as_of, b.as_of_precision AS against_as_of_precision,
       b.as_of_from AS against_as_of_from, b.due AS against_due, b.due_precision AS against_due_precision,
       b.sentence AS against_sentence, b.mention AS against_mention, ba.url AS against_url, ba.published_at AS against_published_at,
       ba.source_id AS against_source_id, coalesce(bs.name, ba.source_id) AS against_outlet
FROM main.figures f
JOIN main.articles a ON a.article_id = f.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN (SELECT * FROM main.figures_all QUALIFY row_number() OVER (PARTITION BY figure_id ORDER BY revision DESC) = 1) b
       ON b.figure_id = f.against_figure_id
LEFT JOIN main.articles ba ON ba.article_id = b.article_id
LEFT JOIN main.sources bs ON bs.source_id = ba.source_id
WHERE f.article_id IN (SELECT unnest($articles::VARCHAR[])) AND f.state IS NOT NULL AND f.kind <> 'previous'
ORDER BY f.figure_id
