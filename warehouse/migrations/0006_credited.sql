-- Sources of the news agency that the text names as its origin; null for what was read before this was asked.
ALTER TABLE core.texts ADD COLUMN credited VARCHAR[];
