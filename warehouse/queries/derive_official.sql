-- Values of official tables, beside the press and never among its figures.
CREATE SCHEMA IF NOT EXISTS derived;

CREATE OR REPLACE TABLE derived.official_values (
    official_id VARCHAR, province_id VARCHAR, province VARCHAR, province_now VARCHAR, metric_id VARCHAR, label VARCHAR, value DOUBLE,
    unit VARCHAR, kind VARCHAR, as_of DATE, as_of_precision VARCHAR, source VARCHAR, note VARCHAR, import_id VARCHAR,
    imported_at TIMESTAMP, imported_by VARCHAR, file VARCHAR
);
