-- One step further along the ties; gives how many were found.
INSERT INTO family
SELECT DISTINCT t.other_id FROM ties t SEMI JOIN family f ON f.article_id = t.article_id ANTI JOIN family g ON g.article_id = t.other_id
