-- Which snapshot was the first to hold a row; null until the next publish. With it, any earlier snapshot can be shown as it stood.
ALTER TABLE core.fetches ADD COLUMN stored_in INTEGER;
ALTER TABLE core.journal ADD COLUMN stored_in INTEGER;

CREATE TABLE core.snapshots (
    number INTEGER PRIMARY KEY,
    published_at TIMESTAMP NOT NULL,
    rules_version VARCHAR,
    is_practice BOOLEAN NOT NULL,
    fetched_until TIMESTAMP,
    noted_until TIMESTAMP
);

-- The registry as each snapshot found it: a row where an entry was new or changed.
CREATE TABLE core.source_versions (
    source_id VARCHAR NOT NULL,
    stored_in INTEGER NOT NULL,
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
    practice BOOLEAN NOT NULL,
    PRIMARY KEY (source_id, stored_in)
);
