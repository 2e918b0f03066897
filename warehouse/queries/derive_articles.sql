-- Revisions, and one row a URL with its latest one. A revision is a run of fetches whose folded text is the same.

CREATE TABLE derived.versions AS
WITH read_at AS (
    SELECT r.*, coalesce(r.copy_url, r.url) AS page_url, f.fetched_at, f.source_id FROM core.readings r JOIN core.fetches f USING (fetch_id)
),
-- A print or AMP copy makes no revision of its own: it counts only while the article's own page was never read, and then one copy does.
pages AS (
    SELECT article_id, arg_min(page_url, {'is_copy': copy_url IS NOT NULL, 'url': page_url}) AS page_url FROM read_at GROUP BY article_id
),
ordered AS (
    SELECT *, lag(text_hash) OVER (PARTITION BY article_id ORDER BY fetched_at, fetch_id) AS text_before
    FROM read_at JOIN pages USING (article_id, page_url)
),
numbered AS (
    SELECT *, sum(CASE WHEN text_before = text_hash THEN 0 ELSE 1 END)
              OVER (PARTITION BY article_id ORDER BY fetched_at, fetch_id ROWS UNBOUNDED PRECEDING)::INTEGER AS revision
    FROM ordered
)
SELECT article_id, revision, first(text_hash) AS text_hash, min(fetched_at) AS seen_at,
       arg_min(fetch_id, {'t': fetched_at, 'i': fetch_id}) AS fetch_id,
       arg_min(url, {'t': fetched_at, 'i': fetch_id}) AS url,
       arg_min(source_id, {'t': fetched_at, 'i': fetch_id}) AS source_id,
       arg_min(title, {'t': fetched_at, 'i': fetch_id}) AS title,
       arg_min(author, {'t': fetched_at, 'i': fetch_id}) AS author,
       arg_min({'published_at': published_at, 'published_from': published_from}, {'t': fetched_at, 'i': fetch_id})
           FILTER (published_at IS NOT NULL) AS published
FROM numbered GROUP BY article_id, revision;

-- When the outlet was first crawled: what it had published before is baseline. Before the end of its first cycle, the same holds of what
-- bears no date.
CREATE TABLE derived.first_crawls AS
WITH cycles AS (
    SELECT source_id, min(noted_at) FILTER (event = 'cycle_begun') AS begun_at, min(noted_at) FILTER (event = 'cycle_ended') AS ended_at
    FROM core.journal WHERE event IN ('cycle_begun', 'cycle_ended') AND source_id IS NOT NULL GROUP BY source_id
),
walked AS (
    SELECT source_id, min(fetched_at) AS begun_at FROM core.fetches
    WHERE role IN ('feed', 'sitemap', 'listing', 'robots') AND source_id <> '' GROUP BY source_id
)
SELECT source_id, least(c.begun_at, w.begun_at) AS begun_at, c.ended_at
FROM cycles c FULL JOIN walked w USING (source_id);

CREATE TABLE derived.articles AS
WITH said AS (
    SELECT article_id, {'published_at': published_at, 'published_from': 'given'} AS published
    FROM derived.reviewed_articles WHERE published_at IS NOT NULL
),
found AS (
    SELECT article_id, max(revision) AS revision, min(seen_at) AS first_seen_at,
           arg_min(source_id, revision) AS source_id,
           arg_max(title, revision) AS title, arg_max(author, revision) AS author,
           arg_max(published, revision) FILTER (published IS NOT NULL) AS published,
           arg_min(published, revision) FILTER (published IS NOT NULL) AS first_published
    FROM derived.versions GROUP BY article_id
),
latest AS (
    SELECT f.* REPLACE (coalesce(d.published, f.published) AS published, coalesce(d.published, f.first_published) AS first_published)
    FROM found f LEFT JOIN said d ON d.article_id = f.article_id
)
SELECT l.article_id, l.revision, l.source_id, coalesce(s.publisher, nullif(l.source_id, ''), 'unknown') AS publisher,
       coalesce(s.kind = 'aggregator', false) AS is_aggregator,
       v.url, v.text_hash, l.title, l.author, l.first_seen_at,
       l.published.published_at AS published_at, coalesce(l.published.published_from, 'none') AS published_from,
       coalesce(l.first_published.published_at, l.first_seen_at) AS reported_at,
       CASE WHEN l.first_published IS NOT NULL THEN coalesce(l.first_published.published_at < c.begun_at, false)
            ELSE coalesce(c.begun_at IS NOT NULL AND (c.ended_at IS NULL OR l.first_seen_at <= c.ended_at), false) END AS is_baseline,
       coalesce(w.is_relevant, t.is_relevant) AS is_relevant, t.has_credit
FROM latest l
JOIN derived.versions v ON v.article_id = l.article_id AND v.revision = l.revision
JOIN core.texts t ON t.article_id = l.article_id AND t.text_hash = v.text_hash
LEFT JOIN core.sources s ON s.source_id = l.source_id
LEFT JOIN derived.first_crawls c ON c.source_id = l.source_id
LEFT JOIN derived.reviewed_articles w ON w.article_id = l.article_id;
