-- Facts as they were read, never changed afterwards. Revisions, clusters, series and states are computed from them at publish.
CREATE SCHEMA IF NOT EXISTS core;

CREATE TABLE core.meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);

CREATE TABLE core.segments (segment VARCHAR PRIMARY KEY);

CREATE TABLE core.sources (
    source_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    publisher VARCHAR NOT NULL,
    province_id VARCHAR,
    province VARCHAR,
    homepage VARCHAR NOT NULL,
    language VARCHAR,
    active_from DATE,
    active_until DATE,
    verified BOOLEAN NOT NULL,
    practice BOOLEAN NOT NULL
);

CREATE TABLE core.fetches (
    fetch_id VARCHAR PRIMARY KEY,
    fetched_at TIMESTAMP NOT NULL,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    requested_url VARCHAR NOT NULL,
    status INTEGER,
    outcome VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    found_by VARCHAR NOT NULL,
    content_type VARCHAR,
    bytes BIGINT,
    elapsed_ms INTEGER,
    error VARCHAR,
    segment VARCHAR
);

-- What one fetch of an article or document gave: which text, under which headline and date.
CREATE TABLE core.readings (
    fetch_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    title VARCHAR,
    author VARCHAR,
    published_at TIMESTAMP,
    published_from VARCHAR NOT NULL
);

-- One row for each different (accent-folded) text of an article.
CREATE TABLE core.texts (
    article_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    page_type VARCHAR NOT NULL,
    language VARCHAR,
    relevance DOUBLE,
    is_relevant BOOLEAN NOT NULL,
    reasons VARCHAR[] NOT NULL,
    garbled BOOLEAN NOT NULL,
    has_credit BOOLEAN NOT NULL,
    word_count INTEGER NOT NULL,
    text VARCHAR NOT NULL,
    text_restored VARCHAR,
    folded VARCHAR NOT NULL,
    fingerprint BLOB NOT NULL,
    PRIMARY KEY (article_id, text_hash)
);

CREATE TABLE core.text_provinces (
    article_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    province_id VARCHAR NOT NULL,
    province VARCHAR NOT NULL,
    province_now VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    mentions INTEGER NOT NULL,
    PRIMARY KEY (article_id, text_hash, province_id)
);

CREATE TABLE core.text_documents (
    article_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    kind VARCHAR,
    issuer VARCHAR,
    issued_on DATE,
    PRIMARY KEY (article_id, text_hash, number)
);

CREATE TABLE core.text_figures (
    figure_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    metric_id VARCHAR,
    label VARCHAR,
    value DOUBLE NOT NULL,
    value_max DOUBLE,
    denominator DOUBLE,
    unit VARCHAR NOT NULL,
    comparator VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    is_change BOOLEAN NOT NULL,
    level VARCHAR,
    scope VARCHAR,
    whole VARCHAR,
    period VARCHAR,
    province_id VARCHAR,
    province VARCHAR,
    as_of DATE,
    as_of_precision VARCHAR,
    as_of_from VARCHAR,
    due DATE,
    due_precision VARCHAR,
    mention VARCHAR NOT NULL,
    sentence VARCHAR NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    confidence DOUBLE NOT NULL,
    PRIMARY KEY (figure_id, text_hash)
);

-- The journal, entry by entry; `body` is the entry as it was written.
CREATE TABLE core.journal (
    entry_id VARCHAR PRIMARY KEY,
    noted_at TIMESTAMP NOT NULL,
    event VARCHAR NOT NULL,
    source_id VARCHAR,
    cycle VARCHAR,
    url VARCHAR,
    role VARCHAR,
    outcome VARCHAR,
    cause VARCHAR,
    status INTEGER,
    error VARCHAR,
    pages INTEGER,
    articles INTEGER,
    day DATE,
    body VARCHAR NOT NULL
);
