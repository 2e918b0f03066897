-- The print or AMP page an article was read from, where that is not the article's own address.
ALTER TABLE core.readings ADD COLUMN copy_url VARCHAR;
