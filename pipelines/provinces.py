"""Stage: the provinces an article is about or names, by the map of its own date."""

from __future__ import annotations

from dataclasses import replace

from pipelines.base import StagePipeline
from pipelines.rules import Rules, map_day
from r57monitor.models import Article
from r57monitor.text.provinces import find_provinces


def provinces(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    source = rules.sources.get(article.raw.source_id)
    home = source.province if source else None
    found = find_provinces(article.reading_text, article.extracted.title, map_day(article), rules.gazetteer, home)
    return replace(article, provinces=found)


class ProvincesPipeline(StagePipeline):
    stage = "provinces"
