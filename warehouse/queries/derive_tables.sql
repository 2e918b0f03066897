-- What the ledger computes from the facts: made when publishing, kept in the writer's file and brought up to date by the next publish.
CREATE TABLE derived.layout (name VARCHAR);
CREATE TABLE derived.made (rules VARCHAR, number INTEGER, today DATE);
CREATE TABLE derived.versions (
    article_id VARCHAR, revision INTEGER, text_hash VARCHAR, seen_at TIMESTAMP, fetch_id VARCHAR, url VARCHAR, source_id VARCHAR,
    title VARCHAR, author VARCHAR, published STRUCT(published_at TIMESTAMP, published_from VARCHAR)
);
CREATE TABLE derived.outlets (
    source_id VARCHAR, publisher VARCHAR, is_aggregator BOOLEAN, begun_at TIMESTAMP, ended_at TIMESTAMP
);
CREATE TABLE derived.articles (
    article_id VARCHAR, revision INTEGER, source_id VARCHAR, publisher VARCHAR, is_aggregator BOOLEAN, url VARCHAR, text_hash VARCHAR,
    title VARCHAR, author VARCHAR, first_seen_at TIMESTAMP, published_at TIMESTAMP, published_from VARCHAR, reported_at TIMESTAMP,
    is_baseline BOOLEAN, is_relevant BOOLEAN, has_credit BOOLEAN, placed_at TIMESTAMP, is_undated BOOLEAN
);
-- Pairs of articles that are copies of one another; clusters are what hangs together.
CREATE TABLE derived.links (article_id VARCHAR, other_id VARCHAR);
CREATE TABLE derived.reviewed_copies (article_id VARCHAR, copy_of VARCHAR, is_no_copy BOOLEAN);
CREATE TABLE derived.provinces (
    province_id VARCHAR, name VARCHAR, full_name VARCHAR, now_id VARCHAR, now_name VARCHAR, region VARCHAR, official_order INTEGER,
    valid_from DATE, valid_until DATE
);
CREATE TABLE derived.metrics (
    metric_id VARCHAR, label_vi VARCHAR, label_en VARCHAR, unit VARCHAR, pillar INTEGER, better VARCHAR
);
CREATE TABLE derived.snapshot (
    number INTEGER, published_at TIMESTAMP, observed_until TIMESTAMP, rules_version VARCHAR, is_practice BOOLEAN
);
CREATE TABLE derived.membership (article_id VARCHAR, cluster_id VARCHAR, is_original BOOLEAN, reason VARCHAR);
-- Every figure as it was first stated, with the keys it is looked up by (r57monitor/ledger/keys.py). digest: of all the figure says.
CREATE TABLE derived.statements (
    figure_id VARCHAR, text_hash VARCHAR, article_id VARCHAR, cluster_id VARCHAR, publisher VARCHAR, reported_at TIMESTAMP,
    published_at TIMESTAMP, withdrawn_at TIMESTAMP, is_copy BOOLEAN, is_aggregator BOOLEAN, is_baseline BOOLEAN,
    is_undated BOOLEAN,
    value DOUBLE, kind VARCHAR, is_change BOOLEAN, as_of_from VARCHAR, due DATE, "start" INTEGER, digest UBIGINT,
    position DATE, line_id VARCHAR, series_id VARCHAR, result_line_id VARCHAR, told_key VARCHAR, said_key VARCHAR
);
CREATE TABLE derived.states (
    figure_id VARCHAR, series_id VARCHAR, state VARCHAR, first_published_at TIMESTAMP, reported_at TIMESTAMP, withdrawn_at TIMESTAMP,
    against_figure_id VARCHAR
);
CREATE TABLE derived.targets (
    series_id VARCHAR, province_id VARCHAR, province VARCHAR, province_now VARCHAR, metric_id VARCHAR, label VARCHAR,
    value DOUBLE, value_max DOUBLE, comparator VARCHAR, unit VARCHAR, due DATE, due_precision VARCHAR, status VARCHAR,
    due_status VARCHAR, moved_from_figure_id VARCHAR,
    moved_from_value DOUBLE, moved_from_due DATE, result_value DOUBLE, result_as_of DATE, result_figure_id VARCHAR,
    figure_id VARCHAR, article_id VARCHAR, inherited BOOLEAN, first_published_at TIMESTAMP, last_published_at TIMESTAMP, statements INTEGER,
    moved_from_series_id VARCHAR, target_sentence VARCHAR, moved_from_sentence VARCHAR, result_sentence VARCHAR
);
CREATE TABLE derived.flags (
    figure_id VARCHAR, article_id VARCHAR, flag VARCHAR, detail VARCHAR, other_figure_id VARCHAR, province_id VARCHAR, metric_id VARCHAR
);
CREATE TABLE derived.quality (
    metric_id VARCHAR, metric_group VARCHAR, precision DOUBLE, precision_low DOUBLE, precision_high DOUBLE, recall DOUBLE,
    recall_low DOUBLE, recall_high DOUBLE, f1 DOUBLE, expected INTEGER, found INTEGER, correct INTEGER, documents INTEGER,
    measured_on VARCHAR, measured_at DATE
);
CREATE TABLE derived.source_health (
    source_id VARCHAR, day DATE, state VARCHAR, cause VARCHAR, pages INTEGER, articles INTEGER, relevant INTEGER, last_article_at TIMESTAMP
);
CREATE TABLE derived.coverage (
    province_id VARCHAR, province_now VARCHAR, week VARCHAR, state VARCHAR, observed_share DOUBLE, articles INTEGER, originals INTEGER,
    publishers INTEGER
);
CREATE TABLE derived.figures AS
SELECT f.* EXCLUDE (text_hash), NULL::VARCHAR AS review, NULL::INTEGER AS revision, NULL::VARCHAR AS province_now, s.series_id, s.state,
       s.first_published_at, s.reported_at, s.against_figure_id, NULL::VARCHAR AS source_id, NULL::BOOLEAN AS is_original,
       f.article_id AS article_id_before, f.value AS value_before, f.mention AS mention_before, f.as_of AS as_of_before, f.due AS due_before
FROM core.text_figures f, derived.states s LIMIT 0;
