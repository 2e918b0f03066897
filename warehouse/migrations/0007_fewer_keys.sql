-- What comes with a fetch or a text is told apart by it: these tables need no keys of their own, which cost more than their rows to keep.

CREATE TABLE core.readings_next (
    fetch_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    title VARCHAR,
    author VARCHAR,
    published_at TIMESTAMP,
    published_from VARCHAR NOT NULL,
    copy_url VARCHAR
);
INSERT INTO core.readings_next BY NAME SELECT * FROM core.readings;
DROP TABLE core.readings;
ALTER TABLE core.readings_next RENAME TO readings;

CREATE TABLE core.text_provinces_next (
    article_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    province_id VARCHAR NOT NULL,
    province VARCHAR NOT NULL,
    province_now VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    mentions INTEGER NOT NULL
);
INSERT INTO core.text_provinces_next BY NAME SELECT * FROM core.text_provinces;
DROP TABLE core.text_provinces;
ALTER TABLE core.text_provinces_next RENAME TO text_provinces;

CREATE TABLE core.text_documents_next (
    article_id VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    number VARCHAR NOT NULL,
    kind VARCHAR,
    issuer VARCHAR,
    issued_on DATE,
    replaces VARCHAR[]
);
INSERT INTO core.text_documents_next BY NAME SELECT * FROM core.text_documents;
DROP TABLE core.text_documents;
ALTER TABLE core.text_documents_next RENAME TO text_documents;

CREATE TABLE core.text_figures_next (
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
    confidence DOUBLE NOT NULL
);
INSERT INTO core.text_figures_next BY NAME SELECT * FROM core.text_figures;
DROP TABLE core.text_figures;
ALTER TABLE core.text_figures_next RENAME TO text_figures;
