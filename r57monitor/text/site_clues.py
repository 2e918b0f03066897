"""What a site's own front page tells of it: its name, its province, and the sections worth following."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from r57monitor.gazetteer import Gazetteer, ProvinceEntity
from r57monitor.models import RawPage
from r57monitor.text.article_urls import is_article_url, may_be_article_url
from r57monitor.text.families import load_site_rules
from r57monitor.text.html_tree import parse_body
from r57monitor.text.normalize import fold, normalize_text, normalize_tones
from r57monitor.text.page_index import load_cms_names
from r57monitor.text.page_meta import one_line, read_meta
from r57monitor.text.urls import PAGE_ENDING, canonical_url

_PARTS = re.compile(r"\s+[|»•·–—-]{1,2}\s+|\s*[|»]\s*")
_NAME_LENGTH = (4, 120)
_MENU_LEVELS = 6  # above a link, within which its menu names itself
_MENU_MARKS = ("nav", "menu", "category", "chuyen-muc")
_FRONT_WORDS = re.compile(r"^(?:trang chu|home(?: page)?|tin tuc|tin moi(?: nhat)?|welcome.*|index)$")
_PREFIX = re.compile(r"^(?:Trang chủ|Chào mừng (?:bạn )?đến với|Welcome to)\s*[:|,-]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SectionLink:
    """A link of a menu that looks like a section; `is_topic` where its name is this project's subject."""

    url: str
    label: str
    is_topic: bool


def find_site_name(pages: Sequence[RawPage]) -> str | None:
    """The name a site gives itself: a part of its pages' titles, logo or feeds that reads like an outlet's, else the front page's title.

    pages: the front page first. None where nothing names the site.
    """
    words = load_cms_names().site_words
    parts = [_name_parts(raw) for raw in pages]
    for found in parts:
        named = [part for part in found if fold(part).startswith(words) and part[0].isupper()]  # small letters describe, they do not name
        if named:
            return min(named, key=len) if _same_start(named) else named[0]
    return parts[0][0] if parts and parts[0] else None


def _name_parts(raw: RawPage) -> list[str]:
    """What a page calls itself, cut at the marks that stand between the names of page, section and site."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    meta = read_meta(tree, ())
    said = [text for text in (meta.site_name, meta.og_title, meta.page_title, *_logo_names(tree, raw.url)) if text]
    parts = [_PREFIX.sub("", part).strip(" .:-") for text in said for part in _PARTS.split(text)]
    return [p for p in parts if _NAME_LENGTH[0] <= len(p) <= _NAME_LENGTH[1] and not _FRONT_WORDS.match(fold(p))]


def _logo_names(tree: Any, base: str) -> Iterator[str]:
    """Names on links to the front page, and of the feeds that the head announces."""
    for element in tree.iter("a"):
        href = element.get("href")
        url = _followable(href, base) if _may_lead_home(href) else None
        if url is not None and urlsplit(url).path in {"", "/"} and not urlsplit(url).query:
            texts = (element.text_content(), element.get("title"), *(image.get("alt") for image in element.iter("img")))
            yield from (line for text in texts if (line := one_line(text)))
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "alternate" and (line := one_line(element.get("title"))):
            yield line


def _may_lead_home(href: str | None) -> bool:
    """Whether a link can lead to a front page: its path has no two parts (then joining it with the page's address is spared)."""
    short = (href or "").partition("#")[0].strip()
    rest = short.partition("://")[2] or short
    return ".." in rest or "/" not in rest.strip("/")


def _same_start(names: Sequence[str]) -> bool:
    """Whether all of them are one name, some with more behind."""
    short = fold(min(names, key=len))
    return all(fold(name).startswith(short) for name in names)


def find_site_province(name: str | None, host: str, gazetteer: Gazetteer, today: date) -> ProvinceEntity | None:
    """The province a site's name bears, else its host ("skhcn.laocai.gov.vn", "baonghean.vn"); None for a national outlet."""
    if name and (named := _named_in(name, gazetteer)):
        return gazetteer.by_name(named, today) or gazetteer.by_name(named)
    labels = [re.sub(r"^bao(?:dientu)?", "", label) if place == 0 else label for place, label in enumerate(_labels(host))]
    for entity in (*gazetteer.at(today), *(e for e in gazetteer.entities if not e.is_valid(today))):
        keys = {re.sub(r"[^a-z]", "", fold(text)) for text in (entity.name, *entity.aliases)}
        if any(label in keys for label in labels if len(label) >= 3):
            return entity
    return None


def _named_in(name: str, gazetteer: Gazetteer) -> str | None:
    """The province named in an outlet's name, the longest where one name holds another; letters with their accents count."""
    plain = normalize_tones(normalize_text(name))
    forms = {form: entity.name for entity in gazetteer.entities for form in (entity.name, *entity.aliases) if len(form) >= 3}
    for form in sorted(forms, key=len, reverse=True):
        if re.search(rf"\b{re.escape(normalize_tones(form))}\b", plain):
            return forms[form]
    return None


def _labels(host: str) -> list[str]:
    return [label for label in host.partition(":")[0].lower().removeprefix("www.").split(".") if label not in {"gov", "com", "org", "vn"}]


def find_sections(raw: RawPage, hosts: frozenset[str]) -> list[SectionLink]:
    """Links of a front page that are named like sections, the project's subject first, each address once, in page order."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    rules = load_site_rules()
    found: dict[str, SectionLink] = {}
    own = canonical_url(raw.url)
    for element in tree.iter("a"):
        label = one_line(element.text_content()) or one_line(element.get("title")) or ""
        folded = fold(label).strip(" .:›»-")
        if not 3 <= len(label) <= rules.longest_section:
            continue
        is_topic = _names_any(folded, rules.topic)
        if not is_topic and (not _names_any(folded, rules.news) or _names_any(folded, rules.no_section)):
            continue
        url = _followable(element.get("href"), raw.url)
        if url is None or not _is_own(url, hosts) or canonical_url(url) == own or _is_article(url, folded):
            continue
        found.setdefault(canonical_url(url), SectionLink(url, label, is_topic))
    return sorted(found.values(), key=lambda link: not link.is_topic)


def choose_sections(links: Sequence[SectionLink], most: int) -> list[SectionLink]:
    """All sections in the order to take them: the first `most` are of the project's subject mostly, and always some of the general news."""
    topic, news = [link for link in links if link.is_topic], [link for link in links if not link.is_topic]
    return [*topic[: most - 2], *news[:2], *topic[most - 2 :], *news[2:]]


def find_menu(raw: RawPage, hosts: frozenset[str]) -> list[SectionLink]:
    """Links of a front page that stand in a menu, whatever they are named, or in its frames: where nothing is named like a section."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return []
    rules, own = load_site_rules(), canonical_url(raw.url)
    found: dict[str, SectionLink] = {}
    for element in tree.iter("a", "frame", "iframe"):
        label = one_line(element.text_content()) or one_line(element.get("title")) or ""
        is_frame = element.tag != "a"
        is_named = 2 <= len(label) <= rules.longest_section and not _names_any(fold(label), rules.no_section)
        if not is_frame and not (is_named and _in_menu(element)):
            continue
        url = _followable(element.get("src" if is_frame else "href"), raw.url)
        if url is None or not _is_own(url, hosts) or not may_be_article_url(canonical_url(url)) or canonical_url(url) == own:
            continue
        found.setdefault(canonical_url(url), SectionLink(url, label, is_topic=False))
    return list(found.values())


def find_subsections(raw: RawPage, hosts: frozenset[str]) -> list[SectionLink]:
    """Links of a section's page to what lies below its own address and is named shortly: for one that lists no article itself."""
    _, tree = parse_body(raw.body, raw.content_type)
    own = urlsplit(canonical_url(raw.url))
    if tree is None or not own.path.strip("/"):
        return []
    rules, below = load_site_rules(), f"{PAGE_ENDING.sub('', own.path).rstrip('/')}/"
    found: dict[str, SectionLink] = {}
    for element in tree.iter("a"):
        label = one_line(element.text_content()) or ""
        url = _followable(element.get("href"), raw.url) if 2 <= len(label) <= rules.longest_section else None
        if url is None or not _is_own(url, hosts) or not may_be_article_url(canonical_url(url)):
            continue
        if urlsplit(canonical_url(url)).path.startswith(below):
            found.setdefault(canonical_url(url), SectionLink(url, label, _names_any(fold(label), rules.topic)))
    return sorted(found.values(), key=lambda link: not link.is_topic)


def _in_menu(element: Any) -> bool:
    """Whether an element stands in a page's menu, as its frame says."""
    for level, node in enumerate(element.iterancestors()):
        if level >= _MENU_LEVELS:
            return False
        named = f"{node.tag} {node.get('class') or ''} {node.get('id') or ''} {node.get('role') or ''}".lower()
        if any(mark in named for mark in _MENU_MARKS):
            return True
    return False


def _is_own(url: str, hosts: frozenset[str]) -> bool:
    host = urlsplit(url).netloc.rpartition("@")[2].lower()
    return host.removesuffix(":80").removesuffix(":443") in hosts


def _names_any(folded: str, words: Sequence[str]) -> bool:
    return _any_of(tuple(words)).search(folded) is not None


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """One of a few lists, each asked about every link of a front page: one look for all its words."""
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b") if words else re.compile("(?!)")


def _is_article(url: str, folded: str) -> bool:
    """Whether a link is a headline rather than a section: an article's address under a long name."""
    return is_article_url(canonical_url(url)) and len(folded.split()) > 6


def _followable(href: str | None, base: str) -> str | None:
    text = re.sub(r"[\t\r\n]", "", (href or "").strip())
    if not text or text.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
        return None
    try:
        url = urljoin(base, text).partition("#")[0]
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None
