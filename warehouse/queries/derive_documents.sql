-- Documents as articles cite them, with what all of their articles together say of each: worked out once, since it takes looking at all.
CREATE OR REPLACE TABLE derived.documents AS
WITH subjects AS (
    SELECT a.article_id, min(p.province_id) AS province_id
    FROM derived.articles a JOIN derived.text_provinces p ON p.article_id = a.article_id AND p.text_hash = a.text_hash
    WHERE p.role = 'subject' GROUP BY a.article_id HAVING count(*) = 1
),
cited AS (
    SELECT a.article_id, a.first_seen_at,
           CASE WHEN d.is_provincial THEN s.province_id END AS province_id, d.number, d.kind, d.issuer, d.issued_on, d.replaces
    FROM derived.articles a
    JOIN (SELECT *, regexp_matches(upper(number), '(UBND|HĐND|[-/](TU|TỈNH ỦY|THÀNH ỦY|SKHCN|STTTT|SNV|BCĐ))') AS is_provincial
          FROM core.text_documents) d ON d.article_id = a.article_id AND d.text_hash = a.text_hash
    LEFT JOIN subjects s ON s.article_id = a.article_id
),
together AS (SELECT number, province_id, max(issued_on) AS issued_on, min(first_seen_at) AS first_seen_at FROM cited GROUP BY ALL)
SELECT c.article_id, c.province_id, c.number, c.kind, c.issuer, coalesce(c.issued_on, t.issued_on) AS issued_on, t.first_seen_at, c.replaces
FROM cited c JOIN together t ON t.number = c.number AND t.province_id IS NOT DISTINCT FROM c.province_id
ORDER BY c.first_seen_at, c.article_id, c.number;
