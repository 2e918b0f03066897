-- "aside" where the screen kept a text from being read further, "checked" where it was read whole all the same; null for all others.
ALTER TABLE core.texts ADD COLUMN screened VARCHAR;
