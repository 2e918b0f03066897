"""Pieces of a Word document: styles, elements, body, masthead, the office's own template."""
