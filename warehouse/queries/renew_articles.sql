-- One row a URL with its latest revision, for the articles in `part`.
-- placed_at: when it was published; without a date, the end of the day on which it was first seen (by then it was).
-- is_undated: bears no date, and was not found on a front page either, so that the day of the visit says nothing.
INSERT INTO derived.articles
WITH said AS (
    SELECT article_id, {'published_at': published_at, 'published_from': 'given'} AS published
    FROM derived.reviewed_articles WHERE published_at IS NOT NULL
),
found AS (
    SELECT article_id, max(revision) AS revision, min(seen_at) AS first_seen_at,
           arg_min(source_id, revision) AS source_id, arg_min(fetch_id, revision) AS first_fetch_id,
           arg_max(title, revision) AS title, arg_max(author, revision) AS author,
           arg_max(published, revision) FILTER (published IS NOT NULL) AS published,
           arg_min(published, revision) FILTER (published IS NOT NULL) AS first_published
    FROM derived.versions SEMI JOIN part USING (article_id) GROUP BY article_id
),
latest AS (
    SELECT f.* REPLACE (coalesce(d.published, f.published) AS published, coalesce(d.published, f.first_published) AS first_published)
    FROM found f LEFT JOIN said d ON d.article_id = f.article_id
)
-- Pages tell the minute they were published in: an article of the minute in which the first crawl began was not there before it.
SELECT l.article_id, l.revision, l.source_id, coalesce(o.publisher, nullif(l.source_id, ''), 'unknown') AS publisher,
       coalesce(o.is_aggregator, false) AS is_aggregator,
       v.url, v.text_hash, l.title, l.author, l.first_seen_at,
       l.published.published_at AS published_at, coalesce(l.published.published_from, 'none') AS published_from,
       coalesce(l.first_published.published_at, l.first_seen_at) AS reported_at,
       CASE WHEN l.first_published IS NOT NULL THEN coalesce(l.first_published.published_at < date_trunc('minute', o.begun_at), false)
            ELSE coalesce(o.begun_at IS NOT NULL AND (o.ended_at IS NULL OR l.first_seen_at <= o.ended_at), false) END AS is_baseline,
       coalesce(w.is_relevant, t.is_relevant) AS is_relevant, t.has_credit,
       coalesce(l.first_published.published_at, date_trunc('day', l.first_seen_at + INTERVAL 7 HOUR) + INTERVAL 17 HOUR) AS placed_at,
       l.first_published IS NULL AND f.found_by NOT IN ('feed', 'listing', 'homepage') AS is_undated
FROM latest l
JOIN derived.versions v ON v.article_id = l.article_id AND v.revision = l.revision
JOIN core.texts t ON t.article_id = l.article_id AND t.text_hash = v.text_hash
JOIN core.fetches f ON f.fetch_id = l.first_fetch_id
LEFT JOIN derived.outlets o ON o.source_id = l.source_id
LEFT JOIN derived.reviewed_articles w ON w.article_id = l.article_id;
