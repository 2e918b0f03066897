-- What the pages read in each cycle turned out to be. A page that came a second time unchanged is not read again and not counted;
-- one that came in other letters and reads as before ("unchanged") is, but says nothing of garbling: its text is the one stored first.
WITH cycles AS (
    SELECT source_id, noted_at AS begun_at FROM core.journal WHERE event = 'cycle_begun'
),
pages AS (
    SELECT f.source_id, f.fetched_at, f.outcome IN ('article', 'document', 'unchanged') AS is_article,
           f.outcome IN ('article', 'document') AS is_fresh, r.text_hash, r.published_at IS NOT NULL AS is_dated, t.garbled AS is_garbled, t.word_count
    FROM core.fetches f
    LEFT JOIN core.readings r ON r.fetch_id = f.fetch_id
    LEFT JOIN core.texts t ON t.article_id = r.article_id AND t.text_hash = r.text_hash
    WHERE f.role = 'article' AND f.status = 200
      AND f.outcome IN ('article', 'document', 'unchanged', 'list', 'empty', 'discarded', 'set_aside', 'not_found', 'login', 'maintenance', 'no_site', 'region', 'broken', 'challenge')
)
SELECT p.source_id, c.begun_at, count(*)::INTEGER AS pages, (count(*) FILTER (is_article))::INTEGER AS articles,
       (count(*) FILTER (is_article AND is_dated))::INTEGER AS dated, (count(*) FILTER (is_fresh AND is_garbled))::INTEGER AS garbled,
       (count(*) FILTER (is_fresh))::INTEGER AS fresh, (count(DISTINCT text_hash) FILTER (is_fresh))::INTEGER AS texts,
       coalesce(sum(word_count) FILTER (is_article), 0)::BIGINT AS words
FROM pages p ASOF JOIN cycles c ON p.source_id = c.source_id AND p.fetched_at >= c.begun_at
GROUP BY ALL ORDER BY p.source_id, c.begun_at
