-- What the published file holds, in one row; counted on the narrow tables beneath the views, so that no text is read.
SELECT (SELECT count(*) FROM derived.articles) AS articles, (SELECT count(*) FROM derived.articles WHERE is_relevant) AS relevant,
       (SELECT count(*) FROM derived.figures) AS figures, (SELECT count(DISTINCT province_id) FROM derived.figures) AS provinces_with_figures,
       (SELECT count(*) FROM (SELECT 1 FROM derived.membership GROUP BY cluster_id HAVING count(*) > 1)) AS clusters_of_copies,
       (SELECT count(*) FROM core.fetches) AS fetches, (SELECT max(published_at) FROM derived.articles) AS newest_article
