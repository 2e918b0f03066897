"""What sites offer to programs: feeds, sitemaps, robots.txt and the style sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from r57monitor.clock import VIETNAM
from r57monitor.practice.render import make_teaser, render
from r57monitor.practice.sites import ATOM, NEWS_SITEMAP, RSS, SITEMAP, PracticeWeb, Section, Site, SiteArticle

XML = "application/xml; charset=utf-8"
NEWS_SITEMAP_DAYS = 2

Answer = Callable[[Sequence[SiteArticle], datetime], tuple[bytes, str]]  # (what is visible, now) -> body, content type

IMAGE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="100%" height="100%" fill="#d9dde1"/>'
    b'<text x="50%" y="50%" text-anchor="middle" font-family="sans-serif" fill="#6b7680">Minh h\xe1\xbb\x8da</text></svg>'
)

_CSS = """body{{margin:0 auto;max-width:60rem;padding:0 1rem;font:16px/1.55 Georgia,"Noto Serif",serif;color:#222}}
h1,h2,h3,.menu,.Title,.logo,table.s4-titletable,.top,.head{{font-family:system-ui,"Noto Sans",sans-serif}}
a{{color:{colour}}} .logo,.ten,.banner,.sitename{{font-size:1.4rem;font-weight:bold;color:{colour};text-decoration:none}}
.menu{{margin:.5rem 0;padding:.4rem;background:{colour}}} .menu a{{color:#fff;margin-right:.8rem}}
.practice-notice{{background:#fff4ce;border:1px solid #e0c060;padding:.4rem .8rem;font:13px/1.4 system-ui,sans-serif}}
table{{border-collapse:collapse}} td{{padding:.2rem .4rem}} img{{max-width:100%}}
"""


def routes(site: Site, web: PracticeWeb, articles: Sequence[SiteArticle]) -> dict[str, Answer]:
    """The addresses of everything a site offers to programs, with what answers them."""
    found: dict[str, Answer] = {
        "/robots.txt": lambda _visible, _now: (_robots(site, web), "text/plain; charset=utf-8"),
        "/css/trang.css": lambda _visible, _now: (_CSS.format(colour=site.colour).encode(), "text/css; charset=utf-8"),
    }
    if "rss" in site.offers:
        found[RSS] = lambda visible, now: (
            _list("rss.xml", site, web, visible[: site.feed_size], now),
            "application/rss+xml; charset=utf-8",
        )
        for section in web.sections:
            found[f"/rss/{section.id}.rss"] = _section_feed(site, web, section)
    if "atom" in site.offers:
        found[ATOM] = lambda visible, now: (
            _list("atom.xml", site, web, visible[: site.feed_size], now),
            "application/atom+xml; charset=utf-8",
        )
    if "sitemap" in site.offers:
        found[SITEMAP] = lambda visible, now: (_list("sitemap.xml", site, web, visible, now), XML)
    if "sitemap_index" in site.offers:
        found |= _month_sitemaps(site, web, articles)
    if "news_sitemap" in site.offers:
        found[NEWS_SITEMAP] = lambda visible, now: (_list("sitemap.xml", site, web, _of_last_days(visible, now), now, news=True), XML)
    return found


def _section_feed(site: Site, web: PracticeWeb, section: Section) -> Answer:
    def answer(visible: Sequence[SiteArticle], now: datetime) -> tuple[bytes, str]:
        shown = [a for a in visible if a.section.id == section.id][: site.feed_size]
        return _list("rss.xml", site, web, shown, now), "application/rss+xml; charset=utf-8"

    return answer


def _month_sitemaps(site: Site, web: PracticeWeb, articles: Sequence[SiteArticle]) -> dict[str, Answer]:
    """An index, a sitemap for each month, and one of sections whose entries are no articles."""
    months = sorted({_month(a) for a in articles}, reverse=True)

    def index(visible: Sequence[SiteArticle], now: datetime) -> tuple[bytes, str]:
        shown = [(_month_path(m), _newest(visible, m, now)) for m in months if any(_month(a) == m for a in visible)]
        news = [(NEWS_SITEMAP, None)] if "news_sitemap" in site.offers else []
        rows = [("/sitemaps/categories.xml", None), *news, *shown]
        return render("sitemap.xml", site, {"web": web, "index": rows}, ""), XML

    def sections(_visible: Sequence[SiteArticle], now: datetime) -> tuple[bytes, str]:
        return _list("sitemap.xml", site, web, (), now, extra=["/", *(site.listing_path(s) for s in web.sections)]), XML

    found: dict[str, Answer] = {SITEMAP: index, "/sitemaps/categories.xml": sections}
    for month in months:
        found[_month_path(month)] = _month_sitemap(site, web, month)
    return found


def _month_sitemap(site: Site, web: PracticeWeb, month: tuple[int, int]) -> Answer:
    def answer(visible: Sequence[SiteArticle], now: datetime) -> tuple[bytes, str]:
        return _list("sitemap.xml", site, web, [a for a in visible if _month(a) == month], now), XML

    return answer


def _list(
    template: str, site: Site, web: PracticeWeb, shown: Sequence[SiteArticle], now: datetime, news: bool = False, extra: Sequence[str] = ()
) -> bytes:
    teasers = [make_teaser(a, now) for a in shown]
    updated = max((t.modified for t in teasers), default=now)
    context = {"web": web, "articles": teasers, "updated": updated, "index": None, "news": news, "extra": extra}
    return render(template, site, context, "")


def _of_last_days(visible: Sequence[SiteArticle], now: datetime) -> list[SiteArticle]:
    return [a for a in visible if a.published > now - timedelta(days=NEWS_SITEMAP_DAYS)]


def _month(placed: SiteArticle) -> tuple[int, int]:
    day = placed.published.astimezone(VIETNAM)
    return day.year, day.month


def _month_path(month: tuple[int, int]) -> str:
    return f"/sitemaps/news-{month[0]}-{month[1]}.xml"


def _newest(visible: Sequence[SiteArticle], month: tuple[int, int], now: datetime) -> datetime:
    return max(a.modified_at(now) for a in visible if _month(a) == month)


def _robots(site: Site, web: PracticeWeb) -> bytes:
    lines = [f"# {web.notice}: {web.notice_text}", "User-agent: *", "Disallow: /tim-kiem", "Disallow: /quan-tri/", "Disallow: /binh-luan"]
    if site.crawl_delay:
        lines.append(f"Crawl-delay: {site.crawl_delay:g}")
    if {"sitemap", "sitemap_index"} & set(site.offers):
        lines += ["", f"Sitemap: {site.address}{SITEMAP}"]
    if "news_sitemap" in site.offers:
        lines.append(f"Sitemap: {site.address}{NEWS_SITEMAP}")
    return "\n".join([*lines, ""]).encode()
