"""Stage: the figures, with spans carried back from the restored text to the text as it was published."""

from __future__ import annotations

from dataclasses import replace

from pipelines.rules import Rules, map_day, publication_day
from r57monitor.figures.context import FigureContext
from r57monitor.figures.find import find_figures
from r57monitor.models import Article, Figure, Restored, fuller


def figures(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    day, text = publication_day(article), article.extracted.text
    context = FigureContext(
        title=article.extracted.title,
        published=day,
        provinces=article.provinces,
        documents=article.documents,
        page_type=article.extracted.page_type,
        source_province_id=rules.province_id(article.raw.source_id, map_day(article)),
        day_of_results=day,
    )
    found = find_figures(article.reading_text, context, rules.catalogue)
    return fuller(article, figures=tuple(found if article.restored is None else (_carry_back(f, article.restored, text) for f in found)))


def _carry_back(figure: Figure, restored: Restored, published: str) -> Figure:
    """The figure with span and mention in the published text (`text[start:end] == mention`)."""
    start, end = restored.offsets[figure.start], restored.offsets[figure.end]
    return replace(figure, start=start, end=end, mention=published[start:end])
