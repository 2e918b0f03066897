-- Figures of the given articles that have a state, each with its article, its outlet and the earlier figure it is judged against.
WITH chosen AS MATERIALIZED (
    SELECT * FROM main.figures
    WHERE article_id IN (SELECT unnest($articles::VARCHAR[])) AND state IS NOT NULL AND kind <> 'previous'
),
earlier AS (
    SELECT f.* FROM derived.text_figures f SEMI JOIN chosen ON chosen.against_figure_id = f.figure_id
    JOIN derived.versions v ON v.article_id = f.article_id AND v.text_hash = f.text_hash
    QUALIFY row_number() OVER (PARTITION BY f.figure_id ORDER BY v.revision DESC) = 1
)
SELECT f.*, c.pillar, a.url, a.title, a.published_at, a.source_id, a.publisher, coalesce(s.name, a.source_id) AS outlet,
       b.value AS against_value, b.value_max AS against_value_max, b.denominator AS against_denominator, b.unit AS against_unit,
       b.comparator AS against_comparator, b.kind AS against_kind, b.as_of AS against_as_of, b.as_of_precision AS against_as_of_precision,
       b.as_of_from AS against_as_of_from, b.due AS against_due, b.due_precision AS against_due_precision,
       b.article_id AS against_article_id, b.sentence AS against_sentence, b.mention AS against_mention,
       ba.url AS against_url, ba.title AS against_title, ba.published_at AS against_published_at,
       ba.source_id AS against_source_id, coalesce(bs.name, ba.source_id) AS against_outlet
FROM chosen f
JOIN derived.articles a ON a.article_id = f.article_id
LEFT JOIN main.sources s ON s.source_id = a.source_id
LEFT JOIN earlier b ON b.figure_id = f.against_figure_id
LEFT JOIN derived.articles ba ON ba.article_id = b.article_id
LEFT JOIN main.sources bs ON bs.source_id = ba.source_id
LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
ORDER BY f.figure_id
