"""What each stage runs, for the processes that read; the order is that of Scrapy's item pipelines (base.py)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from pipelines.base import ORDER
from pipelines.clean import clean
from pipelines.degarble import degarble
from pipelines.documents import documents
from pipelines.figures import figures
from pipelines.fingerprint import fingerprint
from pipelines.provinces import provinces
from pipelines.relevance import relevance
from pipelines.rules import Rules, build_rules, recipe_for
from pipelines.screen import screen
from pipelines.worker import finish
from r57monitor.models import Article, RawPage, Source, fuller, other_page
from r57monitor.text.urls import canonical_url
from warehouse.home import Home

READ_ON = frozenset({"article", "document"})  # page types that have something to read


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of reading: `run` returns a fuller copy of the article."""

    name: str
    run: Callable[[Article, Rules], Article]
    every_page: bool = False  # also lists and empty pages
    aside: bool = False  # also articles that the screen set aside


_BY_NAME = {
    stage.name: stage
    for stage in (
        Stage("clean", clean, every_page=True),
        Stage("degarble", degarble),
        Stage("screen", screen),
        Stage("documents", documents),
        Stage("relevance", relevance),
        Stage("provinces", provinces),
        Stage("figures", figures),
        Stage("fingerprint", fingerprint, aside=True),
    )
}
STAGES = tuple(_BY_NAME[pipeline.stage] for pipeline in ORDER)


def load_rules(home: Home | None = None, sources: Mapping[str, Source] | None = None) -> Rules:
    """The rules of a home (its own catalogue entries included) for these sources."""
    return build_rules(recipe_for(home, sources or {}))


def begin(raw: RawPage) -> Article:
    """A raw page at the start of the chain."""
    return Article(raw=raw, url=canonical_url(raw.url))


def run_stage(name: str, article: Article, rules: Rules) -> Article:
    """The article after one stage; unchanged where the stage has nothing to do for such a page."""
    return fuller(_run(_BY_NAME[name], article, rules), stages=(*article.stages, name))


def _run(stage: Stage, article: Article, rules: Rules) -> Article:
    if article.screened == "aside" and not stage.aside:
        return article
    if stage.every_page or (article.extracted is not None and article.extracted.page_type in READ_ON):
        return stage.run(article, rules)
    return article


def read_steps(article: Article, rules: Rules, *, whole: bool = False) -> Generator[None, None, Article]:
    """A step for each stage that the article has not been through; it comes back without its raw bytes.

    whole: read everything, also of an article that the screen would set aside. Raises Discard where a stage sets the page aside.
    """
    rest = [stage for stage in STAGES if stage.name not in article.stages and not (whole and stage.name == "screen")]
    for stage in rest:
        article = _run(stage, article, rules)
        yield
    return fuller(article, raw=other_page(article.raw, body=b""), stages=(*article.stages, *(stage.name for stage in rest)))


def page_steps(raw: RawPage, rules: Rules) -> Generator[None, None, Article]:
    """The whole chain over one page, a step a stage. Raises Discard where a stage sets the page aside."""
    return read_steps(begin(raw), rules)


def whole_steps(raw: RawPage, rules: Rules) -> Generator[None, None, Article]:
    """The chain over one page without the screen: also what an irrelevant article says is read. Raises Discard as `page_steps` does."""
    return read_steps(begin(raw), rules, whole=True)


def read_on(article: Article, rules: Rules) -> Article:
    """`read_steps` at a stretch."""
    return finish(read_steps(article, rules))


def read_page(raw: RawPage, rules: Rules) -> Article:
    """`page_steps` at a stretch."""
    return finish(page_steps(raw, rules))


def read_whole(raw: RawPage, rules: Rules) -> Article:
    """`whole_steps` at a stretch."""
    return finish(whole_steps(raw, rules))
