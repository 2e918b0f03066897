-- Revisions of the articles in `part`. A revision is a run of fetches whose folded text is the same.
INSERT INTO derived.versions
WITH every AS (
    SELECT r.*, coalesce(r.copy_url, r.url) AS page_url, f.fetched_at, f.source_id, f.role
    FROM core.readings r JOIN core.fetches f USING (fetch_id) SEMI JOIN part t ON t.article_id = r.article_id
),
-- Of an article of several pages the first one was read alone, and then all together under its instant: the longest reading counts.
whole AS (
    SELECT e.article_id, e.fetched_at, arg_max(e.fetch_id, {'words': t.word_count, 'id': e.fetch_id}) AS whole_id
    FROM every e JOIN core.texts t ON t.article_id = e.article_id AND t.text_hash = e.text_hash
    WHERE e.role = 'joined' GROUP BY ALL
),
read_at AS (
    SELECT e.* EXCLUDE (role) FROM every e LEFT JOIN whole w ON w.article_id = e.article_id AND w.fetched_at = e.fetched_at
    WHERE w.whole_id IS NULL OR w.whole_id = e.fetch_id
),
-- A print or AMP copy makes no revision of its own: it counts only while the article's own page was never read, and then one copy does.
pages AS (
    SELECT article_id, arg_min(page_url, {'is_copy': copy_url IS NOT NULL, 'url': page_url}) AS page_url FROM read_at GROUP BY article_id
),
ordered AS (
    SELECT *, lag(text_hash) OVER (PARTITION BY article_id ORDER BY fetched_at, fetch_id) AS text_before
    FROM read_at JOIN pages USING (article_id, page_url)
),
-- A date that is the day of each visit is a clock on the page: no date of publication.
clocks AS (
    SELECT article_id FROM ordered WHERE published_at IS NOT NULL GROUP BY article_id
    HAVING count(DISTINCT (published_at + INTERVAL 7 HOUR)::DATE) > 1
       AND bool_and((published_at + INTERVAL 7 HOUR)::DATE = (fetched_at + INTERVAL 7 HOUR)::DATE)
),
numbered AS (
    SELECT * REPLACE (CASE WHEN c.is_clock THEN NULL ELSE published_at END AS published_at), sum(CASE WHEN text_before = text_hash THEN 0 ELSE 1 END)
              OVER (PARTITION BY article_id ORDER BY fetched_at, fetch_id ROWS UNBOUNDED PRECEDING)::INTEGER AS revision
    FROM ordered LEFT JOIN (SELECT article_id, true AS is_clock FROM clocks) c USING (article_id)
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
