-- Figures of the given articles that have a state, each with its article, its outlet and the earlier figure it is judged against.
-- What is joined is first cut down to what is named: of a million articles neither names nor texts may be held.
WITH chosen AS MATERIALIZED (
    SELECT * FROM main.figures
    WHERE article_id IN (SELECT unnest($articles::VARCHAR[])) AND state IS NOT NULL AND kind <> 'previous'
),
against AS MATERIALIZED (SELECT DISTINCT against_figure_id AS figure_id FROM chosen WHERE against_figure_id IS NOT NULL),
told AS MATERIALIZED (SELECT f.* FROM derived.text_figures f SEMI JOIN against USING (figure_id)),
revisions AS MATERIALIZED (
    SELECT v.article_id, v.text_hash, v.revision FROM derived.versions v SEMI JOIN told USING (article_id, text_hash)
),
earlier AS MATERIALIZED (
    SELECT t.* FROM told t JOIN revisions v USING (article_id, text_hash)
    QUALIFY row_number() OVER (PARTITION BY t.figure_id ORDER BY v.revision DESC) = 1
),
pages AS MATERIALIZED (
    SELECT a.article_id, a.url, a.title, a.published_at, a.source_id, a.publisher, coalesce(s.name, a.source_id) AS outlet
    FROM (SELECT * FROM derived.articles
          WHERE article_id IN (SELECT article_id FROM chosen UNION ALL SELECT article_id FROM earlier)) a
    LEFT JOIN main.sources s ON s.source_id = a.source_id
)
SELECT f.*, c.pillar, a.url, a.title, a.published_at, a.source_id, a.publisher, a.outlet,
       b.value AS against_value, b.value_max AS against_value_max, b.denominator AS against_denominator, b.unit AS against_unit,
       b.comparator AS against_comparator, b.kind AS against_kind, b.as_of AS against_as_of, b.as_of_precision AS against_as_of_precision,
       b.as_of_from AS against_as_of_from, b.due AS against_due, b.due_precision AS against_due_precision,
       b.article_id AS against_article_id, b.sentence AS against_sentence, b.mention AS against_mention,
       ba.url AS against_url, ba.title AS against_title, ba.published_at AS against_published_at,
       ba.source_id AS against_source_id, ba.outlet AS against_outlet
FROM chosen f
JOIN pages a ON a.article_id = f.article_id
LEFT JOIN earlier b ON b.figure_id = f.against_figure_id
LEFT JOIN pages ba ON ba.article_id = b.article_id
LEFT JOIN main.metrics c ON c.metric_id = f.metric_id
ORDER BY f.figure_id
