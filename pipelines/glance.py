"""Stage: a page that cannot be about Resolution 57 and tells in its head what it is is not cleaned; one in fifty is all the same."""

from __future__ import annotations

from dataclasses import replace

from pipelines.base import StagePipeline
from pipelines.rules import Rules, publication_day
from r57monitor.models import Article
from r57monitor.text.article_urls import find_article_address
from r57monitor.text.glance import glance_at
from r57monitor.text.screen import UNREAD, is_checked, judge_plain


def glance(article: Article, rules: Rules) -> Article:
    extracted = glance_at(article.raw, rules.sources.get(article.raw.source_id))
    if extracted is None:
        return article
    url = find_article_address(article.raw)
    if url in rules.wanted or is_checked(url):
        return article
    seen = replace(article, url=url, extracted=extracted, screened="unread")
    return replace(seen, relevance=judge_plain(extracted.title, "", rules.terms, publication_day(seen), UNREAD))


class GlancePipeline(StagePipeline):
    stage = "glance"
