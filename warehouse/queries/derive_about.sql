-- Worked out once, since it takes looking at all: which provinces articles name, the documents that they cite, and who issued or cited which.
CREATE OR REPLACE TABLE derived.article_provinces AS
SELECT a.article_id, p.province_id, p.province, coalesce(n.now_name, p.province_now) AS province_now, p.role, p.mentions, n.now_id
FROM derived.articles a
JOIN derived.text_provinces p ON p.article_id = a.article_id AND p.text_hash = a.text_hash
LEFT JOIN derived.provinces n ON n.province_id = p.province_id;

-- Documents as articles cite them, with what all of their articles together say of each.
CREATE OR REPLACE TABLE derived.documents AS
WITH subjects AS (
    SELECT article_id, min(province_id) AS province_id FROM derived.article_provinces WHERE role = 'subject'
    GROUP BY article_id HAVING count(*) = 1
),
cited AS (
    SELECT a.article_id, a.first_seen_at,
           CASE WHEN d.is_provincial THEN s.province_id END AS province_id, d.number, d.kind, d.issuer, d.issued_on, d.replaces
    FROM derived.articles a
    JOIN (SELECT *, regexp_matches(upper(number), '(UBND|HĐND|[-/](TU|TỈNH ỦY|THÀNH ỦY|SKHCN|STTTT|SNV|BCĐ))')
                    AND NOT regexp_matches(upper(number), 'BCĐ(TW|TƯ|QG|CP)') AS is_provincial  -- the nation's committees are cited
          FROM core.text_documents) d ON d.article_id = a.article_id AND d.text_hash = a.text_hash
    LEFT JOIN subjects s ON s.article_id = a.article_id
),
together AS (SELECT number, province_id, max(issued_on) AS issued_on, min(first_seen_at) AS first_seen_at FROM cited GROUP BY ALL)
SELECT c.article_id, c.province_id, c.number, c.kind, c.issuer, coalesce(c.issued_on, t.issued_on) AS issued_on, t.first_seen_at, c.replaces
FROM cited c JOIN together t ON t.number = c.number AND t.province_id IS NOT DISTINCT FROM c.province_id
ORDER BY c.first_seen_at, c.article_id, c.number;

-- Which documents each province has been seen issuing (by its own bodies) or citing in relevant articles about it, each once.
CREATE OR REPLACE TABLE derived.document_chain AS
WITH told AS (
    SELECT p.province_id, d.number, d.province_id IS NOT NULL AS is_own, d.kind, d.issuer, d.issued_on, d.replaces, a.article_id, a.publisher,
           a.first_seen_at, CASE WHEN a.published_at IS NOT NULL THEN a.reported_at END AS published_at
    FROM derived.documents d
    JOIN derived.articles a ON a.article_id = d.article_id
    JOIN derived.article_provinces p ON p.article_id = d.article_id AND p.role = 'subject'
    WHERE a.is_relevant AND (d.province_id IS NULL OR d.province_id = p.province_id)
),
once AS (
    SELECT province_id, number, CASE WHEN bool_or(is_own) THEN 'issued' ELSE 'cited' END AS act, min(kind) AS kind,
           min(issuer) AS issuer, max(issued_on) AS issued_on, min(first_seen_at) AS first_seen_at,
           min(published_at) AS first_published_at,
           arg_min(article_id, {'at': coalesce(published_at, first_seen_at), 'id': article_id}) AS first_article_id,
           count(DISTINCT article_id)::INTEGER AS articles, count(DISTINCT publisher)::INTEGER AS publishers,
           list_sort(list_distinct(flatten(list(coalesce(replaces, []))))) AS replaces
    FROM told GROUP BY province_id, number
),
replaced AS (SELECT province_id, unnest(replaces) AS number, number AS by FROM once)
SELECT o.province_id, n.name AS province, n.now_name AS province_now, o.* EXCLUDE (province_id),
       (SELECT min(r.by) FROM replaced r WHERE r.province_id = o.province_id AND r.number = o.number) AS replaced_by
FROM once o LEFT JOIN derived.provinces n ON n.province_id = o.province_id;
