"""Whole readings kept as JSON, one file a document: `python -m tests.records` writes them, tests/test_records.py compares them.

A record says what the program reads today, right or wrong: the annotated articles (tests/gold) judge. It shows everything that a change
of the rules moves, so whoever changes a rule writes the records again and looks at their diff.
"""

COMMAND = "python -m tests.records"
