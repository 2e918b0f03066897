"""What ails a source that answers: judged by what its pages turn out to be, beside what they usually are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MEMORY = timedelta(days=28)  # what is usual is taken from the four weeks before
MIN_PAGES = 3  # fewer say nothing about a page's layout
MIN_USUAL = 5
GATHERED = timedelta(days=7)  # over which the few pages of each visit are put together until they say something
BEGUN, BEGUN_SHARE, BEGUN_FACTOR = 2, 0.3, 3.0  # garbled pages that are no chance: so many, such a share, and so many times what is usual
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
    fresh: int | None = None  # articles whose text came for the first time, of which `garbled` and `texts` tell; None: all of them
    texts: int | None = None  # different texts among them
    words: int = 0  # of all articles


def find_symptom(now: Sample, before: Sequence[Sample]) -> str | None:
    """What changed for the worse, in words; None where nothing did, or too little was read to say.

    before: earlier cycles of the same source, in their order; those of the last four weeks count.
    """
    now, before = _gather(now, before)
    usual = [s for s in before if now.begun_at - MEMORY <= s.begun_at < now.begun_at]
    pages, articles = sum(s.pages for s in usual), sum(s.articles for s in usual)
    if now.pages >= MIN_PAGES and now.articles == 0:
        return f"layout changed: no article could be read from {now.pages} pages" if articles else _never_read(now)
    if now.articles < MIN_PAGES:
        return None
    if _texts(now) == 1 and _fresh(now) >= MIN_PAGES:
        return f"layout changed: one and the same text on {_fresh(now)} pages"
    if now.articles <= FEW * now.pages and articles >= max(MIN_USUAL, MOST * pages):
        return f"layout changed: no article could be read from {now.pages - now.articles} pages"
    return _invalid_fields(now, usual) if articles >= MIN_USUAL else _with_little_past(now, usual)


def _gather(now: Sample, before: Sequence[Sample]) -> tuple[Sample, Sequence[Sample]]:
    """The last visits as one, as many as it takes to say something where each brings a page or two; and those before them."""
    taken = len(before)
    while now.pages < MIN_PAGES and taken and now.begun_at - before[taken - 1].begun_at <= GATHERED:
        taken -= 1
        now = _together(before[taken], now)
    return now, before[:taken]


def _together(one: Sample, other: Sample) -> Sample:
    names = ("pages", "articles", "dated", "garbled", "words")
    sums = {name: getattr(one, name) + getattr(other, name) for name in names}
    fresh = _fresh(one) + _fresh(other)
    return replace(other, **sums, fresh=fresh, texts=min(fresh, _texts(one) + _texts(other)))


def _fresh(sample: Sample) -> int:
    return sample.articles if sample.fresh is None else sample.fresh


def _texts(sample: Sample) -> int:
    return _fresh(sample) if sample.texts is None else sample.texts


def _never_read(now: Sample) -> str:
    return f"no article could be read from {now.pages} pages"


def _with_little_past(now: Sample, usual: Sequence[Sample]) -> str | None:
    """What few articles before can show: sound text is never taken for garbled, but dates and length vary."""
    undated = now.articles - now.dated
    if now.dated == 0 and undated >= MIN_USUAL:
        return f"dates missing: {undated} of {now.articles} articles have none"
    return _name_garbling(now) if sum(map(_fresh, usual)) >= MIN_PAGES and _begins_garbling(now, usual) else None


def _invalid_fields(now: Sample, usual: Sequence[Sample]) -> str | None:
    """Dates, letters and length of articles, each beside what is usual."""
    articles = sum(s.articles for s in usual)
    undated = now.articles - now.dated
    if undated >= MOST * now.articles and sum(s.dated for s in usual) >= MOST * articles:
        return f"dates missing: {undated} of {now.articles} articles have none"
    if _begins_garbling(now, usual):
        return _name_garbling(now)
    mean, was = now.words // now.articles, sum(s.words for s in usual) // articles
    if mean < SHRUNK * was:
        return f"layout changed: pages have {mean} words where {was} were usual"
    return None


def _name_garbling(now: Sample) -> str:
    return f"began garbling: {now.garbled} of {_fresh(now)} articles"


def _begins_garbling(now: Sample, usual: Sequence[Sample]) -> bool:
    """Known articles do not count: garbled, they read like before, and many of them would hide the new ones."""
    was = sum(s.garbled for s in usual) / max(1, sum(_fresh(s) for s in usual))
    return now.garbled >= BEGUN and was <= FEW and now.garbled >= max(BEGUN_SHARE, BEGUN_FACTOR * was) * _fresh(now)
