-- Texts of the given articles that hold one of the given words (folded), as they are shown to people.
SELECT t.article_id, coalesce(t.text_restored, t.text) AS text
FROM (SELECT article_id, text_hash FROM derived.articles WHERE article_id IN (SELECT unnest($articles::VARCHAR[]))) a
JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
WHERE regexp_matches(t.folded, $signs)
ORDER BY t.article_id
