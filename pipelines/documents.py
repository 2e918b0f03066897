"""Stage: official documents cited by number."""

from __future__ import annotations

from pipelines.rules import Rules, publication_day
from r57monitor.models import Article, fuller
from r57monitor.text.documents import find_documents


def documents(article: Article, rules: Rules) -> Article:
    title = article.extracted.title if article.extracted else None
    return fuller(article, documents=find_documents(article.reading_text, publication_day(article), title))
