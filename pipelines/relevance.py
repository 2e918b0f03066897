"""Stage: about Resolution 57 or not, judged also by the documents cited, which are found before."""

from __future__ import annotations

from pipelines.rules import Rules, publication_day
from r57monitor.models import Article, fuller
from r57monitor.text.relevance import score_relevance


def relevance(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    verdict = score_relevance(article.extracted.title, article.reading_text, article.documents, rules.terms, publication_day(article))
    return fuller(article, relevance=verdict)
