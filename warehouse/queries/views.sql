-- The public views. Columns are promised: add freely, never change one. Each column is explained in warehouse/columns.toml.
CREATE OR REPLACE VIEW main.articles AS
SELECT a.article_id, a.source_id, a.publisher, a.url, a.title, a.author, a.published_at, a.published_from, a.first_seen_at, a.revision,
       t.language, t.relevance, a.is_relevant, t.reasons, m.cluster_id, m.is_original, t.garbled, t.word_count, t.text, t.text_restored,
       t.page_type, a.is_baseline, a.is_undated
FROM derived.articles a
JOIN core.texts t ON t.article_id = a.article_id AND t.text_hash = a.text_hash
JOIN derived.membership m ON m.article_id = a.article_id;

CREATE OR REPLACE VIEW main.article_versions AS
SELECT v.article_id, v.revision, v.seen_at, v.title, t.text
FROM derived.versions v JOIN core.texts t ON t.article_id = v.article_id AND t.text_hash = v.text_hash;

CREATE OR REPLACE VIEW main.article_provinces AS
SELECT article_id, province_id, province, province_now, role, mentions FROM derived.article_provinces;

CREATE OR REPLACE VIEW main.figures_all AS
SELECT f.figure_id, f.article_id, v.revision, f.metric_id, f.label, f.value, f.value_max, f.denominator, f.unit, f.comparator, f.kind,
       f.is_change, f.level, f.scope, f.whole, f.period, f.province_id, f.province,
       CASE WHEN f.province = 'national' THEN 'national' ELSE n.now_name END AS province_now,
       f.as_of, f.as_of_precision, f.as_of_from, f.due, f.due_precision, f.mention, f.sentence, f.start_char, f.end_char, f.confidence,
       s.series_id, s.state, s.first_published_at, s.reported_at, s.against_figure_id, f.review, s.withdrawn_at
FROM derived.articles a
JOIN derived.versions v ON v.article_id = a.article_id
JOIN derived.text_figures f ON f.article_id = a.article_id AND f.text_hash = v.text_hash
LEFT JOIN derived.states s ON s.figure_id = f.figure_id
LEFT JOIN derived.provinces n ON n.province_id = f.province_id
WHERE a.is_relevant;

CREATE OR REPLACE VIEW main.figures AS
SELECT figure_id, article_id, revision, metric_id, label, value, value_max, denominator, unit, comparator, kind, is_change, level, scope, whole,
       period, province_id, province, province_now, as_of, as_of_precision, as_of_from, due, due_precision, mention, sentence, start_char,
       end_char, confidence, series_id, state, first_published_at, reported_at, against_figure_id, review
FROM derived.figures;

-- The docket. A goal whose due date was moved stays, as superseded, so that nobody takes it for one that fell due without a result.
CREATE OR REPLACE VIEW main.targets AS
WITH moved AS (
    SELECT DISTINCT moved_from_series_id AS series_id FROM derived.targets WHERE moved_from_series_id <> series_id
)
SELECT t.* EXCLUDE (moved_from_series_id, target_sentence, moved_from_sentence, result_sentence)
           REPLACE (CASE WHEN m.series_id IS NOT NULL THEN 'superseded' ELSE t.status END AS status),
       t.target_sentence, t.moved_from_sentence, t.result_sentence
FROM derived.targets t LEFT JOIN moved m ON m.series_id = t.series_id;
CREATE OR REPLACE VIEW main.flags AS SELECT * FROM derived.flags;
CREATE OR REPLACE VIEW main.quality AS SELECT * FROM derived.quality;

CREATE OR REPLACE VIEW main.reviews AS SELECT * FROM derived.reviews;

-- What people said of an article's tone; never worked out by the machine.
CREATE OR REPLACE VIEW main.tones AS
SELECT article_id, tone, tone_by, tone_at FROM derived.reviewed_articles WHERE tone IS NOT NULL;

CREATE OR REPLACE VIEW main.official_values AS SELECT * FROM derived.official_values;

-- Each official value with what the press says of the same: the same province (its series, so never across a merger), metric and kind,
-- stated for the same time, or else for the time nearest to it. Rounded numbers ("4,3 triệu") agree within half a percent.
CREATE OR REPLACE VIEW main.official_differences AS
WITH merged AS (SELECT now_id FROM derived.provinces WHERE province_id <> now_id GROUP BY now_id HAVING count(*) > 1),
places AS (
    SELECT p.province_id, CASE WHEN m.now_id IS NULL THEN p.now_id ELSE p.province_id END AS place_id
    FROM derived.provinces p LEFT JOIN merged m ON m.now_id = p.now_id
),
press AS (
    SELECT f.*, coalesce(p.place_id, CASE WHEN f.province = 'national' THEN 'national' END) AS place_id
    FROM main.figures f LEFT JOIN places p ON p.province_id = f.province_id
    WHERE NOT f.is_change AND f.metric_id IS NOT NULL AND coalesce(f.level, 'province') IN ('province', 'national')
),
official AS (
    SELECT o.*, coalesce(p.place_id, CASE WHEN o.province = 'national' THEN 'national' END) AS place_id
    FROM derived.official_values o LEFT JOIN places p ON p.province_id = o.province_id
),
paired AS (
    SELECT o.* EXCLUDE (place_id), f.figure_id, f.value AS press_value, f.comparator, f.mention, f.sentence, f.article_id,
           coalesce(f.due, f.as_of) AS press_as_of,
           abs(coalesce(f.due, f.as_of) - o.as_of)::INTEGER AS days_apart, o.value - f.value AS difference,
           (o.value - f.value) / nullif(abs(f.value), 0) AS difference_share
    FROM official o
    LEFT JOIN press f ON f.place_id = o.place_id AND f.metric_id = o.metric_id AND f.kind = o.kind
    QUALIFY row_number() OVER (
        PARTITION BY o.official_id
        ORDER BY days_apart NULLS LAST, f.as_of_from = 'stated' DESC, f.first_published_at DESC NULLS LAST, f.figure_id) = 1
)
SELECT *, CASE
    WHEN figure_id IS NULL THEN 'not_reported'
    WHEN days_apart IS NULL OR days_apart > 0 THEN 'other_time'
    WHEN comparator IN ('ge', 'gt') AND difference_share BETWEEN -0.005 AND 0.1 THEN 'agrees'
    WHEN comparator IN ('le', 'lt') AND difference_share BETWEEN -0.1 AND 0.005 THEN 'agrees'
    WHEN comparator = 'approx' AND abs(difference_share) <= 0.05 THEN 'agrees'
    WHEN abs(difference) <= 1e-9 * abs(value) OR (unit = '%' AND abs(difference) < 0.05) THEN 'agrees'
    WHEN abs(difference_share) <= 0.005 AND regexp_matches(lower(mention), '(nghìn|ngàn|vạn|triệu|tỷ|tỉ|thousand|million|billion)') THEN 'agrees'
    ELSE 'differs' END AS verdict
FROM paired;

-- Tombstones: what was taken out on request. A name is never shown.
CREATE OR REPLACE VIEW main.withdrawals AS
WITH lifted AS (
    SELECT json_extract_string(body, 'withdrawal') AS withdrawal_id, max(noted_at) AS lifted_at
    FROM core.journal WHERE event = 'withdrawal_lifted' GROUP BY ALL
),
decided AS (
    SELECT json_extract_string(body, 'id') AS withdrawal_id, noted_at AS decided_at, json_extract_string(body, 'by') AS decided_by,
           json_extract_string(body, 'kind') AS kind, json_extract_string(body, 'article_id') AS article_id, url,
           json_extract_string(body, 'reason') AS reason
    FROM core.journal WHERE event = 'withdrawal'
)
SELECT d.*, l.lifted_at FROM decided d LEFT JOIN lifted l ON l.withdrawal_id = d.withdrawal_id;

CREATE OR REPLACE VIEW main.documents AS SELECT * FROM derived.documents;

-- Which documents each province has been seen issuing (by its own bodies) or citing in relevant articles about it, each once.
CREATE OR REPLACE VIEW main.document_chain AS SELECT * FROM derived.document_chain;

CREATE OR REPLACE VIEW main.clusters AS
SELECT m.cluster_id, max(a.article_id) FILTER (m.is_original) AS original_article_id, max(a.title) FILTER (m.is_original) AS title,
       max(m.reason) AS original_reason,
       count(*)::INTEGER AS articles, (count(DISTINCT a.publisher) FILTER (NOT a.is_aggregator))::INTEGER AS publishers,
       min(a.published_at) AS first_published_at, max(a.published_at) AS last_published_at
FROM derived.membership m JOIN derived.articles a ON a.article_id = m.article_id
GROUP BY m.cluster_id;

CREATE OR REPLACE VIEW main.sources AS
SELECT source_id, name, kind, publisher, province_id, province, homepage,
       kind NOT IN ('blocked', 'reference')
           AND coalesce(active_from <= d.day, true) AND coalesce(active_until >= d.day, true) AS active,
       verified, practice
FROM core.sources, (SELECT coalesce(max(observed_until), max(published_at))::DATE AS day FROM derived.snapshot) d;

CREATE OR REPLACE VIEW main.source_health AS SELECT * FROM derived.source_health;
CREATE OR REPLACE VIEW main.coverage AS SELECT * FROM derived.coverage;

CREATE OR REPLACE VIEW main.fetches AS
SELECT f.fetched_at, f.source_id, f.url, f.status,
       CASE WHEN f.outcome = 'article' AND v.fetch_id IS NULL THEN 'unchanged' ELSE f.outcome END AS outcome,
       f.bytes, f.elapsed_ms, f.error, f.fetch_id, f.role
FROM core.fetches f LEFT JOIN derived.versions v ON v.fetch_id = f.fetch_id;

-- Beyond the promised ones: provinces by date, the catalogue, which snapshot this is and which there were.
CREATE OR REPLACE VIEW main.provinces AS SELECT * FROM derived.provinces;
CREATE OR REPLACE VIEW main.snapshot AS SELECT * FROM derived.snapshot;
CREATE OR REPLACE VIEW main.snapshots AS
SELECT s.number, s.published_at, s.rules_version, s.is_practice FROM core.snapshots s, derived.snapshot d WHERE s.number <= d.number;
CREATE OR REPLACE VIEW main.metrics AS SELECT * FROM derived.metrics;
