"""Stage: articles that cannot be about Resolution 57 are set aside before what costs most; one in fifty is read whole as a check."""

from __future__ import annotations

from pipelines.rules import Rules, publication_day
from r57monitor.models import Article, fuller
from r57monitor.text.screen import is_checked, judge_plain, may_be_relevant


def screen(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    title, text = article.extracted.title, article.reading_text
    if article.url in rules.wanted or may_be_relevant((title or "", text)):
        return article
    if is_checked(article.url):
        return fuller(article, screened="checked")
    return fuller(article, screened="aside", relevance=judge_plain(title, text, rules.terms, publication_day(article)))
