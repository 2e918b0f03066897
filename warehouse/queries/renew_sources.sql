-- When the outlet was first crawled: what it had published before is baseline. Before the end of its first cycle, the same holds of what
-- bears no date. Leaves in `renewed` the articles whose row may change: those in `touched`, and all of a source that is other than before.
CREATE OR REPLACE TABLE derived.first_crawls AS
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

CREATE OR REPLACE TEMP TABLE outlets_before AS SELECT * FROM derived.outlets;
CREATE OR REPLACE TABLE derived.outlets AS
SELECT source_id, s.publisher, coalesce(s.kind = 'aggregator', false) AS is_aggregator, c.begun_at, c.ended_at
FROM core.sources s FULL JOIN derived.first_crawls c USING (source_id);

CREATE OR REPLACE TEMP TABLE renewed AS
WITH other AS (
    (SELECT * FROM outlets_before EXCEPT SELECT * FROM derived.outlets) UNION ALL (SELECT * FROM derived.outlets EXCEPT SELECT * FROM outlets_before)
)
SELECT article_id FROM touched
UNION
SELECT article_id FROM derived.articles SEMI JOIN other USING (source_id);
