-- Data tests run at every publish. Each query gives the rows that break the expectation named above it; none may.
-- One that names `part` is asked of the articles looked at anew, so many at a time; the others' facts were tested when they came.

-- every article is in exactly one cluster
SELECT a.article_id FROM derived.articles a LEFT JOIN derived.membership m USING (article_id)
GROUP BY a.article_id HAVING count(m.cluster_id) <> 1;

-- every cluster has exactly one original
SELECT cluster_id FROM derived.membership GROUP BY cluster_id HAVING count(*) FILTER (is_original) <> 1;

-- a canonical URL belongs to one article
SELECT url FROM main.articles GROUP BY url HAVING count(*) > 1;

-- a figure id occurs once among the latest revisions
SELECT figure_id FROM main.figures GROUP BY figure_id HAVING count(*) > 1;

-- the mention of every figure stands where its span says
SELECT f.figure_id FROM (SELECT * FROM derived.text_figures SEMI JOIN part USING (article_id)) f
JOIN (SELECT * FROM derived.versions SEMI JOIN part USING (article_id)) v ON v.article_id = f.article_id AND v.text_hash = f.text_hash
JOIN (SELECT article_id, text_hash, text FROM core.texts SEMI JOIN part USING (article_id)) t
  ON t.article_id = v.article_id AND t.text_hash = v.text_hash
WHERE t.text[f.start_char + 1 : f.end_char] <> f.mention;

-- state, kind and comparator are of the fixed lists
SELECT figure_id FROM main.figures_all
WHERE state NOT IN ('baseline', 'new', 'repeat', 'higher', 'lower', 'restated', 'target_moved', 'conflict')
   OR kind NOT IN ('result', 'target', 'previous') OR comparator NOT IN ('eq', 'ge', 'gt', 'le', 'lt', 'approx');

-- nothing is published more than a day after it was fetched
SELECT article_id FROM derived.articles WHERE published_at > (SELECT max(fetched_at) FROM core.fetches) + INTERVAL 1 DAY;

-- an article without a date of publication says so
SELECT article_id FROM derived.articles WHERE (published_at IS NULL) <> (published_from = 'none');

-- revisions are numbered without a gap
SELECT article_id FROM derived.versions GROUP BY article_id HAVING max(revision) <> count(*);

-- every province and week occurs once
SELECT province_id, week FROM main.coverage GROUP BY ALL HAVING count(*) > 1;

-- a week with articles is reported, one without is not
SELECT province_id, week FROM main.coverage WHERE (articles > 0) <> (state = 'reported');

-- a source has one state a day
SELECT source_id, day FROM main.source_health GROUP BY ALL HAVING count(*) > 1 OR bool_or(state NOT IN ('ok', 'silent', 'failing', 'not_run'));
