"""What the stages read by: catalogue, gazetteer, relevance terms and the registry, loaded once a process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from r57monitor.catalogue import Catalogue, load_catalogue
from r57monitor.clock import VIETNAM
from r57monitor.gazetteer import Gazetteer, load_gazetteer
from r57monitor.models import Article, Source
from r57monitor.text.relevance import RelevanceTerms, load_relevance_terms
from warehouse.home import Home


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where rules come from: small, and picklable, so that every worker process can load its own."""

    metrics: tuple[Path, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """Loaded rules; the same for every page of a run."""

    catalogue: Catalogue
    gazetteer: Gazetteer
    terms: RelevanceTerms
    sources: Mapping[str, Source]

    def province_id(self, source_id: str, day: date | None) -> str | None:
        """The entity a source reports on, by the map of a day (today's, where the day is unknown)."""
        source = self.sources.get(source_id)
        if source is None or source.province is None:
            return None
        entity = self.gazetteer.by_name(source.province, day)
        return entity.id if entity else None


def recipe_for(home: Home | None, sources: Mapping[str, Source]) -> Recipe:
    """The recipe of one home: its own catalogue entries are always read."""
    files = sorted(home.metrics.glob("*.toml")) if home and home.metrics.is_dir() else []
    return Recipe(tuple(files), dict(sources))


def build_rules(recipe: Recipe) -> Rules:
    return Rules(load_catalogue(recipe.metrics), load_gazetteer(), load_relevance_terms(), recipe.sources)


def publication_day(article: Article) -> date | None:
    """The day of publication in Vietnam; None where the page does not say."""
    published = article.extracted.published if article.extracted else None
    return published.astimezone(VIETNAM).date() if published else None
