-- What the screen did to the texts: set aside, read whole as a check, and of those found relevant after all, with their addresses.
SELECT count(*) FILTER (t.screened = 'aside') AS set_aside, count(*) FILTER (t.screened = 'checked') AS checked,
       count(*) FILTER (t.screened = 'checked' AND t.is_relevant) AS lost,
       coalesce(list(DISTINCT a.url ORDER BY a.url) FILTER (t.screened = 'checked' AND t.is_relevant), []) AS lost_urls
FROM (SELECT article_id, screened, is_relevant FROM core.texts WHERE screened IS NOT NULL) t JOIN derived.articles a USING (article_id)
