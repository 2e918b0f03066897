"""The practice web's pages read as a crawl reads them: title, date and body against what each site knows to be true."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from r57monitor.clock import VIETNAM
from r57monitor.models import Extracted, RawPage, Source
from r57monitor.practice.schedule import visit_instants
from r57monitor.practice.server import Practice
from r57monitor.practice.sites import SiteArticle, load_web
from r57monitor.practice.sources import describe_source, write_registry
from r57monitor.registry import load_sources
from r57monitor.text.degarble import is_garbled, restore
from r57monitor.text.extract import extract_page
from r57monitor.text.links import find_listing_links
from r57monitor.text.normalize import fold, normalize_text

LAST = visit_instants()[-1]
SITES = [site.id for site in load_web().sites]


@pytest.fixture(scope="module")
def practice() -> Practice:
    return Practice(LAST)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    return load_sources([write_registry(load_web(), tmp_path_factory.mktemp("registry"))])


def raw(practice: Practice, site_id: str, path: str, list_title: str | None = None) -> RawPage:
    site = practice.web.site(site_id)
    body = practice.routers[site_id].answer(path, LAST).body
    return RawPage(
        url=site.address + path,
        body=body,
        fetched_at=LAST,
        source_id=site_id,
        content_type="text/html; charset=utf-8",
        list_title=list_title,
    )


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = fold(normalize_text(text)).replace("|", " ").split()
    return Counter(tuple(words[i : i + 3]) for i in range(len(words) - 2))


def shared(read: str, true: str) -> tuple[float, float]:
    """(recall, precision) by three-word sequences."""
    one, other = shingles(read), shingles(true)
    common = (one & other).total()
    return common / max(1, other.total()), common / max(1, one.total())


def is_date_right(read: Extracted, placed: SiteArticle) -> bool:
    if read.published is None:
        return False
    if placed.site.gives_time:
        return abs(read.published - placed.published) < timedelta(minutes=1)
    return read.published.astimezone(VIETNAM).date() == placed.published.astimezone(VIETNAM).date()


@pytest.mark.parametrize("site_id", SITES)
def test_articles_are_read_right(practice: Practice, sources: dict[str, Source], site_id: str) -> None:
    for placed in practice.articles[site_id]:
        read = extract_page(raw(practice, site_id, placed.path, placed.title), sources[site_id])
        assert read.page_type == "article", placed.url
        assert is_date_right(read, placed), f"{placed.url}: {read.published} ({read.published_from})"
        assert read.language == "vi"
        text = placed.text_at(LAST)
        if placed.site.garbled:
            assert is_garbled(read.text), placed.url
            recall, precision = shared(restore(read.text).text, text)
            assert min(recall, precision) > 0.85, f"{placed.url}: {recall:.3f} {precision:.3f}"
        else:
            assert read.title == placed.title, placed.url
            recall, precision = shared(read.text, text)
            assert recall > 0.99, f"{placed.url}: {recall:.3f}"
            assert precision > 0.94, f"{placed.url}: {precision:.3f}"
        assert practice.web.notice not in read.text


@pytest.mark.parametrize("site_id", SITES)
def test_lists_are_told_from_articles(practice: Practice, sources: dict[str, Source], site_id: str) -> None:
    site = practice.web.site(site_id)
    for path in [site.home, site.listing_path(practice.web.section("tin-moi"))]:
        read = extract_page(raw(practice, site_id, path), sources[site_id])
        assert read.page_type in {"list", "empty"}, f"{path}: {read.page_type}"


@pytest.mark.parametrize("site_id", [site for site in SITES if "listing" in load_web().site(site).registered])
def test_listings_lead_to_their_articles(practice: Practice, sources: dict[str, Source], site_id: str) -> None:
    site = practice.web.site(site_id)
    for url in describe_source(site, practice.web)["sections"]:
        path = url.removeprefix(site.address)
        body = practice.routers[site_id].answer(path, LAST).body.decode()
        shown = {a.url for a in practice.articles[site_id] if f'"{a.path}"'.replace("&", "&amp;") in body}
        links = find_listing_links(raw(practice, site_id, path), sources[site_id])
        assert shown
        assert {link.url for link in links} == shown, path
