"""Stage: the fingerprint by which copies of one text find each other."""

from __future__ import annotations

from pipelines.rules import Rules
from r57monitor.models import Article, fuller
from r57monitor.text.fingerprint import make_fingerprint


def fingerprint(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    return fuller(article, fingerprint=make_fingerprint(article.extracted.text))
