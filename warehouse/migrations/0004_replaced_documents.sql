-- Numbers of the documents that this one takes the place of, as the text says; null for what was read before this was asked.
ALTER TABLE core.text_documents ADD COLUMN replaces VARCHAR[];
