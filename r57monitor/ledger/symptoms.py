"""What ails a source that answers: judged by what its pages turn out to be, beside what they usually are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MEMORY = timedelta(days=28)  # what is usual is taken from the four weeks before
MIN_PAGES = 3  # fewer say nothing about a page's layout
MIN_USUAL = 5
MOST = 0.8  # of the pages: nearly all
FEW = 0.2
SHRUNK = 0.25  # of the usual words: less is a teaser, a paywall or a wrong box


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the pages read in one cycle of a source turned out to be."""

    source_id: str
    begun_at: datetime
    pages: int  # asked for as articles and read
    articles: int  # that were articles or documents
    dated: int = 0
    garbled: int = 0
    words: int = 0  # of all articles


def find_symptom(now: Sample, before: Sequence[Sample]) -> str | None:
    """What changed for the worse, in words; None where nothing did, or too little was read to say.

    before: earlier cycles of the same source; those of the last four weeks count.
    """
    usual = [s for s in before if now.begun_at - MEMORY <= s.begun_at < now.begun_at]
    pages, articles = sum(s.pages for s in usual), sum(s.articles for s in usual)
    if now.pages >= MIN_PAGES and now.articles == 0:
        return f"layout changed: no article could be read from {now.pages} pages" if articles else _never_read(now)
    if now.articles < MIN_PAGES:
        return None
    if now.articles <= FEW * now.pages and articles >= max(MIN_USUAL, MOST * pages):
        return f"layout changed: no article could be read from {now.pages - now.articles} pages"
    return _invalid_fields(now, usual) if articles >= MIN_USUAL else _without_past(now)


def _never_read(now: Sample) -> str:
    return f"no article could be read from {now.pages} pages"


def _without_past(now: Sample) -> str | None:
    undated = now.articles - now.dated
    return f"dates missing: {undated} of {now.articles} articles have none" if now.dated == 0 and undated >= MIN_USUAL else None


def _invalid_fields(now: Sample, usual: Sequence[Sample]) -> str | None:
    """Dates, letters and length of articles, each beside what is usual."""
    articles = sum(s.articles for s in usual)
    undated = now.articles - now.dated
    if undated >= MOST * now.articles and sum(s.dated for s in usual) >= MOST * articles:
        return f"dates missing: {undated} of {now.articles} articles have none"
    if now.garbled >= MOST * now.articles and sum(s.garbled for s in usual) <= FEW * articles:
        return f"began garbling: {now.garbled} of {now.articles} articles"
    mean, was = now.words // now.articles, sum(s.words for s in usual) // articles
    if mean < SHRUNK * was:
        return f"layout changed: pages have {mean} words where {was} were usual"
    return None
