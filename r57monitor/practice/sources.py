"""Writes the practice web's registry, in the form in which users write theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit

from r57monitor.practice.sites import ALL_NEWS, ATOM, NEWS_SITEMAP, RSS, SITEMAP, PracticeWeb, Site

FILE_NAME = "practice.toml"
_EVIDENCE = "practice web: served by r57 demo on this machine"
_LISTED_SECTIONS = (ALL_NEWS, "chuyen-doi-so")

# registry key, what the site offers, where that lies
_ENTRANCES = (
    ("feeds", "rss", RSS),
    ("feeds", "atom", ATOM),
    ("sitemaps", "sitemap", SITEMAP),
    ("sitemaps", "sitemap_index", SITEMAP),
    ("sitemaps", "news_sitemap", NEWS_SITEMAP),
)


def write_registry(web: PracticeWeb, folder: Path) -> Path:
    """Write practice.toml into a folder (made if missing) and return its path."""
    document = tomlkit.document()
    document.add(tomlkit.comment(f"{web.notice}: the practice web of `r57 demo`; everything on it is invented."))
    document.add("practice", True)
    sources = tomlkit.aot()
    for site in web.sites:
        sources.append(tomlkit.item(describe_source(site, web)))
    document.add("source", sources)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path


def describe_source(site: Site, web: PracticeWeb) -> dict[str, Any]:
    """The site's registry entry, keys in the order people read them."""
    entry: dict[str, Any] = {"id": site.id, "name": site.name, "kind": site.kind}
    if site.province:
        entry["province"] = site.province
    entry["homepage"] = f"{site.address}/"
    for key, offer, path in _ENTRANCES:
        if offer in site.registered:
            entry.setdefault(key, []).append(site.address + path)
    if "listing" in site.registered:
        entry["sections"] = [site.address + site.listing_path(web.section(name)) for name in _LISTED_SECTIONS]
    if site.article_url:
        entry["article_url"] = site.article_url
    return {**entry, "delay_s": site.delay_s, "private_network": True, "verified": True, "evidence": _EVIDENCE}
