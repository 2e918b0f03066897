"""Stage: the figures, with spans carried back from the restored text to the text as it was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from pipelines.base import StagePipeline
from pipelines.rules import Rules, map_day, publication_day
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.models import Article, Figure


def figures(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    day = publication_day(article)
    context = FigureContext(
        title=article.extracted.title,
        published=day,
        provinces=article.provinces,
        documents=article.documents,
        page_type=article.extracted.page_type,
        source_province_id=rules.province_id(article.raw.source_id, map_day(article)),
    )
    found = find_figures(article.reading_text, context, rules.catalogue)
    return replace(article, figures=tuple(_settled(figure, article, day) for figure in found))


def _settled(figure: Figure, article: Article, day: date | None) -> Figure:
    """The figure with span and mention in the published text (`text[start:end] == mention`); a result without a stated date holds
    as of the publication, and says so."""
    assert article.extracted is not None
    changes: dict[str, Any] = {}
    if article.restored is not None:
        start, end = article.restored.offsets[figure.start], article.restored.offsets[figure.end]
        changes = {"start": start, "end": end, "mention": article.extracted.text[start:end]}
    if day is not None and figure.kind == "result" and figure.as_of is None:
        changes |= {"as_of": day, "as_of_precision": "day", "as_of_from": "published"}
    return replace(figure, **changes) if changes else figure


class FiguresPipeline(StagePipeline):
    stage = "figures"
