"""What the stages read by: catalogue, gazetteer, relevance terms and the registry, loaded once a process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from r57monitor import __version__
from r57monitor.clock import VIETNAM
from r57monitor.gazetteer import MERGER, Gazetteer, load_gazetteer
from r57monitor.models import Article, Source
from warehouse.home import Home
from warehouse.journal import Journal

if TYPE_CHECKING:
    from r57monitor.catalogue import Catalogue
    from r57monitor.text.relevance import RelevanceTerms

_DATA = (".toml", ".csv", ".tsv")
_NOT_RULES = frozenset({  # wording and looks, and how pages are come by
    "ui.toml", "causes.toml", "messages.toml", "output.toml", "help.toml", "digest.toml", "dashboard.toml", "palette.toml",
    "alerts_example.toml", "crawl.toml", "families.toml",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where rules come from: small, and picklable, so that every worker process can load its own."""

    metrics: tuple[Path, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    wanted: frozenset[str] = frozenset()  # addresses of articles that people called relevant


@dataclass(frozen=True, slots=True)
class Rules:
    """Loaded rules; the same for every page of a run."""

    catalogue: Catalogue
    gazetteer: Gazetteer
    terms: RelevanceTerms
    sources: Mapping[str, Source]
    wanted: frozenset[str] = frozenset()  # read whole, whatever the screen says

    def province_id(self, source_id: str, day: date | None) -> str | None:
        """The entity a source reports on, by the map of a day (today's, where the day is unknown)."""
        source = self.sources.get(source_id)
        if source is None or source.province is None:
            return None
        entity = self.gazetteer.by_name(source.province, day)
        return entity.id if entity else None


def recipe_for(home: Home | None, sources: Mapping[str, Source]) -> Recipe:
    """The recipe of one home: its own catalogue entries are always read, and whole what its people called relevant."""
    files = sorted(home.metrics.glob("*.toml")) if home and home.metrics.is_dir() else []
    if files:  # a wrong entry is named here, at once, and not by each process that would read with it
        from r57monitor.catalogue import load_catalogue

        load_catalogue(files)
    reviews = Journal(home.journal).iterate("review") if home and home.journal.is_dir() else ()
    wanted = frozenset(str(entry.get("url")) for entry in reviews if _calls_relevant(entry.get("changes")))
    return Recipe(tuple(files), dict(sources), wanted)


def _calls_relevant(changes: object) -> bool:
    return isinstance(changes, Mapping) and bool(changes.get("is_relevant"))


def build_rules(recipe: Recipe) -> Rules:
    """Load what a recipe names. What reads it is imported here: the processes that only hand pages on need none of it."""
    from r57monitor.catalogue import load_catalogue
    from r57monitor.text.relevance import load_relevance_terms

    return Rules(load_catalogue(recipe.metrics), load_gazetteer(), load_relevance_terms(), recipe.sources, recipe.wanted)


def rules_version(recipe: Recipe) -> str:
    """A short name of the rules as they are: program version, code and data that reading and comparing use, the home's own metrics."""
    digest = hashlib.sha256(__version__.encode() + _shipped_digest())
    for file in recipe.metrics:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]


@cache
def _shipped_digest() -> bytes:
    """Of the code and data of this program, once a process: what it has loaded does not change any more."""
    root = resources.files("r57monitor")
    code = [file for folder in ("text", "figures", "ledger") for file in (root / folder).iterdir() if file.name.endswith(".py")]
    data = [file for folder in (root / "data", root / "data" / "metrics") for file in folder.iterdir() if file.name.endswith(_DATA)]
    digest = hashlib.sha256()
    for file in sorted((file for file in (*code, *data) if file.name not in _NOT_RULES), key=lambda f: f.name):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.digest()


def publication_day(article: Article) -> date | None:
    """The day of publication in Vietnam; None where the page does not say."""
    published = article.extracted.published if article.extracted else None
    return _day_in_vietnam(published) if published else None


@lru_cache(maxsize=4)  # each stage asks for that of the same article
def _day_in_vietnam(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()


def map_day(article: Article) -> date | None:
    """The day whose map of provinces holds for an article: of its publication.

    Where that is unknown, of the fetch, if that was before the merger or found the article on a front page; else unknown too.
    """
    fetched = article.raw.fetched_at.astimezone(VIETNAM).date()
    is_telling = fetched < MERGER or article.raw.found_by in {"feed", "listing", "homepage"}
    return publication_day(article) or (fetched if is_telling else None)
