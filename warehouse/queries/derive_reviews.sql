-- What people said of figures and articles, laid over what was read. `derived.text_figures` and `derived.text_provinces` are the facts
-- as they hold after review: everything that is computed or shown reads these two in place of the core tables.
CREATE SCHEMA IF NOT EXISTS derived;

CREATE OR REPLACE TABLE derived.reviews (
    review_id VARCHAR, reviewed_at TIMESTAMP, reviewer VARCHAR, verdict VARCHAR, article_id VARCHAR, figure_id VARCHAR, url VARCHAR,
    mention VARCHAR, field VARCHAR, value VARCHAR, value_before VARCHAR, note VARCHAR, is_found BOOLEAN, is_current BOOLEAN, body VARCHAR
);
CREATE OR REPLACE TABLE derived.reviewed_figures AS SELECT *, NULL::VARCHAR AS review FROM core.text_figures LIMIT 0;
CREATE OR REPLACE TABLE derived.reviewed_articles (
    article_id VARCHAR, is_relevant BOOLEAN, published_at TIMESTAMP, copy_of VARCHAR, is_no_copy BOOLEAN, is_complete BOOLEAN,
    tone VARCHAR, tone_by VARCHAR, tone_at TIMESTAMP
);
CREATE OR REPLACE TABLE derived.reviewed_provinces (article_id VARCHAR, province_id VARCHAR, province VARCHAR, province_now VARCHAR);

CREATE OR REPLACE VIEW derived.text_figures AS
SELECT f.*, NULL::VARCHAR AS review FROM core.text_figures f
ANTI JOIN derived.reviewed_figures r ON r.figure_id = f.figure_id AND r.text_hash = f.text_hash
UNION ALL BY NAME
SELECT * FROM derived.reviewed_figures WHERE review <> 'rejected';

CREATE OR REPLACE VIEW derived.text_provinces AS
SELECT p.article_id, p.text_hash, p.province_id, p.province, p.province_now, CASE WHEN r.article_id IS NULL THEN p.role ELSE 'mentioned' END AS role,
       p.mentions
FROM core.text_provinces p
LEFT JOIN (SELECT DISTINCT article_id FROM derived.reviewed_provinces) r ON r.article_id = p.article_id
ANTI JOIN derived.reviewed_provinces q ON q.article_id = p.article_id AND q.province_id = p.province_id
UNION ALL BY NAME
SELECT r.article_id, t.text_hash, r.province_id, r.province, r.province_now, 'subject' AS role, coalesce(p.mentions, 0) AS mentions
FROM derived.reviewed_provinces r
JOIN core.texts t ON t.article_id = r.article_id
LEFT JOIN core.text_provinces p ON p.article_id = t.article_id AND p.text_hash = t.text_hash AND p.province_id = r.province_id;
