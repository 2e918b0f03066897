-- Articles worked out from nothing lie with the newest first: what is asked for by time is then found in a few stretches of rows.
CREATE OR REPLACE TABLE derived.articles AS SELECT * FROM derived.articles ORDER BY coalesce(published_at, first_seen_at) DESC, article_id;
