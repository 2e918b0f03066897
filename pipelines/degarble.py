"""Stage: text with added accents (copy protection) -> the same text restored, with its offset map."""

from __future__ import annotations

from dataclasses import replace

from pipelines.base import StagePipeline
from pipelines.rules import Rules
from r57monitor.models import Article
from r57monitor.text.degarble import is_garbled, restore


def degarble(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    text = article.extracted.text
    return replace(article, restored=restore(text)) if is_garbled(text) else article


class DegarblePipeline(StagePipeline):
    stage = "degarble"
