"""Stage: the provinces an article is about or names, by the map of its own date."""

from __future__ import annotations

from urllib.parse import urlsplit

from pipelines.rules import Rules, map_day
from r57monitor.clock import vietnam_day
from r57monitor.models import Article, fuller
from r57monitor.text.article_urls import find_canonical_link
from r57monitor.text.nation import count_local
from r57monitor.text.normalize import fold
from r57monitor.text.provinces import find_provinces
from r57monitor.text.site_clues import find_site_name, find_site_province


def provinces(article: Article, rules: Rules) -> Article:
    assert article.extracted is not None
    source = rules.sources.get(article.raw.source_id)
    home = source.province if source else None
    text, title, day = article.reading_text, article.extracted.title, map_day(article)
    found = find_provinces(text, title, day, rules.gazetteer, home)
    is_open = source is None and not any(p.role == "subject" for p in found) and count_local(text, fold(text)) > 0
    if is_open and (told := _home_of_page(article, rules)):
        found = find_provinces(text, title, day, rules.gazetteer, told)
    return fuller(article, provinces=found)


def _home_of_page(article: Article, rules: Rules) -> str | None:
    """The province of the site that a page from nobody's registry calls its own: by the site's name, else by its address."""
    if "html" not in article.raw.content_type:
        return None
    said = find_canonical_link(article.raw) or article.raw.url
    host = urlsplit(said).hostname or "" if said.startswith(("http://", "https://")) else ""
    entity = find_site_province(find_site_name([article.raw]), host, rules.gazetteer, vietnam_day(article.raw.fetched_at))
    return entity.name if entity else None
