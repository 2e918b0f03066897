-- Texts of the given articles that hold one of the given words (folded), as they are shown to people.
WITH wanted AS MATERIALIZED (
    SELECT article_id, text_hash FROM derived.articles WHERE article_id IN (SELECT unnest($articles::VARCHAR[]))
),
told AS MATERIALIZED (  -- first of all whose texts: the words are looked for in those alone
    SELECT t.article_id, t.folded, coalesce(t.text_restored, t.text) AS text FROM core.texts t SEMI JOIN wanted USING (article_id, text_hash)
)
SELECT article_id, text FROM told WHERE regexp_matches(folded, $signs) ORDER BY article_id
