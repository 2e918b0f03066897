"""One address for one page: what an address may lose without naming another page."""

from __future__ import annotations

import posixpath
import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from r57monitor.lump import LUMP

DEFAULT_PORTS = {"http": 80, "https": 443}
_SESSION_IN_PATH = re.compile(r";[a-z_]*(?:jsessionid|sessionid|sid)=[^/?#]*", re.IGNORECASE)
_ASP_COOKIELESS = re.compile(r"/\((?:[a-z]\([^()/]*\))+\)(?=/)", re.IGNORECASE)
_VIEW_CONTENT = re.compile(r"(/-/view_content/\d+[^/]*)/.*$", re.IGNORECASE)
PAGE_ENDINGS = r"\.(?:html?|aspx?|php|jsp|chn|tpo|vnp|vov|ldo|antd)"  # of addresses: general ones, then Vietnamese portals' own
PAGE_ENDING = re.compile(rf"{PAGE_ENDINGS}$", re.IGNORECASE)
_AMP_ENDING = re.compile(r"[.-]amp(\.html?)$|(\.html?)\.amp$", re.IGNORECASE)
_BARE_PERCENT, _SLASHES = re.compile(r"%(?![0-9A-Fa-f]{2})"), re.compile(r"/{2,}")
_SESSION_LENGTH = 16  # session ids are long and random; ids of articles have at most ten digits
_SLUG_HYPHENS = 3
_SAFE_PATH = "/:@!$&'()*+,;=~-._"
# Addresses as most newspapers write them: nothing to decode, resolve, sort or drop, but perhaps for a closing slash.
_PORT = r":(?!(?:80|443)/)(?:[1-9]\d{1,3}|[1-5]\d{4})"
_PLAIN = re.compile(rf"(https?://(?P<host>(?:[a-z0-9_-]+\.)*[a-z0-9-]+)(?:{_PORT})?(?P<path>(?:/[A-Za-z0-9_][A-Za-z0-9_.~-]*)+))/?")


@dataclass(frozen=True, slots=True)
class UrlRules:
    """data/urls.toml, ready for look-up."""

    tracking: frozenset[str]
    tracking_prefixes: tuple[str, ...]
    session_if_long: frozenset[str]
    dress_values: dict[str, frozenset[str]]
    host_variants: tuple[str, ...]
    same_site: tuple[str, ...]
    index_names: frozenset[str]
    dropped_segments: frozenset[str]
    copies: frozenset[str]
    languages: frozenset[str]
    telling_names: frozenset[str]
    no_articles: frozenset[str]
    file_endings: tuple[str, ...]
    candidate: dict[str, Any]
    paging: dict[str, Any]


@cache
def load_url_rules() -> UrlRules:
    """The rules that come with the package; they never change while the program runs."""
    data = tomllib.loads((resources.files("r57monitor") / "data" / "urls.toml").read_text("utf-8"))
    query, host, path = data["query"], data["host"], data["path"]
    telling = path["index_names"] + path["amp_segments"] + path["print_segments"] + path["languages"]
    return UrlRules(
        tracking=frozenset(query["tracking"] + query["session"] + query["dress"]),
        tracking_prefixes=tuple(query["tracking_prefixes"]),
        session_if_long=frozenset(query["session_if_long"]),
        dress_values={name: frozenset(values) for name, values in query["dress_values"].items()},
        host_variants=tuple(host["variants"]),
        same_site=tuple(host["same_site"]),
        index_names=frozenset(path["index_names"]),
        dropped_segments=frozenset(path["amp_segments"] + path["print_segments"]),
        copies=frozenset(path["amp_segments"] + path["print_segments"] + path["copy_segments"]),
        languages=frozenset(path["languages"]),
        telling_names=frozenset(name.partition(".")[0] for name in telling),
        no_articles=frozenset(data["candidate"]["not_article_segments"]),
        file_endings=tuple(data["candidate"]["file_endings"]),
        candidate=data["candidate"],
        paging=data["paging"],
    )


@lru_cache(maxsize=4 * LUMP)  # the stages of one page ask for the same few
def canonical_url(url: str, canonical_link: str | None = None) -> str:
    """The one address a page is known by.

    url: absolute; an address without host comes back trimmed. canonical_link: what the page says of itself; it is
    ignored when it names another host (www. and telephone variants of the same host are the same) or only the front page.
    Idempotent: canonical_url(canonical_url(u)) == canonical_url(u).
    """
    if not canonical_link and (plain := _plain_address(url)) is not None:
        return plain
    written = url.strip()
    own = _split(written)
    if own is None:
        return written
    link = canonical_link.strip() if canonical_link else ""
    if link and link != written:
        link = urljoin(written, link)
        said = _split(link)
        if said is not None and _is_same_site(own, said) and (said.path.strip("/") or said.query):
            own, written = said, link
    result = _clean(own)
    if result == written:
        return result
    for _ in range(4):  # one rule can uncover another (".../print/amp"); the shape only ever shrinks
        again = _clean(urlsplit(result))
        if again == result:
            break
        result = again
    return result


def _plain_address(url: str) -> str | None:
    """The same, where a look at the address's letters shows that no rule but the one on closing slashes has a say; else None.

    A tenth of the work, and so for nearly all of the hundreds of links of a newspaper's page.
    """
    found = _PLAIN.fullmatch(url)
    if found is None:
        return None
    rules, path = load_url_rules(), found["path"].lower()
    first, last = path[1:].partition("/")[0], path.rpartition("/")[2]
    if "amp" in last or first in rules.dropped_segments or last.partition(".")[0] in rules.telling_names:
        return None
    return None if found["host"].startswith(rules.host_variants) else found[1]


def plain_name(host: str) -> str:
    """A host's name as it goes over the wire: small ASCII letters (IDNA), no dot at its end; unchanged where it has no such form."""
    name = host.rstrip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def host_key(url: str) -> str:
    """host:port of an address, the port left out where it is the scheme's own; "" where there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = plain_name(parts.hostname or "")
    if ":" in host:
        host = f"[{host}]"
    return host if port is None or port == DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


def slot_key(url: str) -> str:
    """The queue an address waits in: one for a host, "www." given or not, whatever the scheme."""
    return host_key(url).removeprefix("www.")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        valid = parts.scheme.lower() in DEFAULT_PORTS and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        return None
    return parts if valid else None


def _bare_host(parts: SplitResult) -> tuple[str, int | None]:
    host = (parts.hostname or "").rstrip(".")
    for prefix in load_url_rules().same_site:
        if host.startswith(prefix) and host.count(".") >= 2:
            host = host[len(prefix) :]
            break
    default = DEFAULT_PORTS.get(parts.scheme.lower())
    return host, None if parts.port == default else parts.port


def _is_same_site(one: SplitResult, other: SplitResult) -> bool:
    return _bare_host(one) == _bare_host(other)


def _clean(parts: SplitResult) -> str:
    scheme = parts.scheme.lower()
    return urlunsplit((scheme, _clean_host(parts, scheme), _clean_path(parts), _clean_query(parts.query), ""))


def _clean_host(parts: SplitResult, scheme: str) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    for prefix in load_url_rules().host_variants:
        if host.startswith(prefix) and host.count(".") >= 2:
            host = host[len(prefix) :]
            break
    if ":" in host:
        host = f"[{host}]"
    return f"{host}:{parts.port}" if parts.port and parts.port != DEFAULT_PORTS[scheme] else host


def _clean_path(parts: SplitResult) -> str:
    rules = load_url_rules()
    path = _SESSION_IN_PATH.sub("", parts.path or "/")
    path = _ASP_COOKIELESS.sub("", path)
    path = quote(unquote(path, errors="replace") if _is_utf8_quoted(path) else path, safe=_SAFE_PATH + "%")
    path = _BARE_PERCENT.sub("%25", path)
    path = posixpath.normpath(_SLASHES.sub("/", path))
    path = _VIEW_CONTENT.sub(r"\1", path)
    segments = [s for s in path.split("/") if s and s != "."]
    segments = _drop_language_suffix(segments, rules)
    if segments and not parts.query and segments[-1].lower() in rules.index_names:
        segments.pop()
    if len(segments) > 1 and segments[-1].lower() in rules.dropped_segments:
        segments.pop()
    if len(segments) > 1 and segments[0].lower() in rules.dropped_segments and segments[-1].count("-") >= _SLUG_HYPHENS:
        segments.pop(0)  # "/amp/ten-bai-viet-123.html"; but "/print/123.html" has no other address
    if segments:
        segments[-1] = _AMP_ENDING.sub(r"\1\2", segments[-1])
    return "/" + "/".join(segments)


def _is_utf8_quoted(path: str) -> bool:
    """Whether decoding and encoding again says the same (no quoted slash, percent sign or broken UTF-8)."""
    lowered = path.lower()
    if "%2f" in lowered or "%25" in lowered or "%3f" in lowered or "%23" in lowered:
        return False
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        return False
    return True


def _drop_language_suffix(segments: list[str], rules: UrlRules) -> list[str]:
    """Without the language switches that Liferay portals append to the present address (".../x.html/en/vi/en")."""
    end = len(segments)
    while end and PAGE_ENDING.sub("", segments[end - 1].lower()) in rules.languages:
        end -= 1
    switches = len(segments) - end
    if not switches or not end:
        return segments
    if switches > 1 or PAGE_ENDING.search(segments[end - 1]):
        return segments[:end]
    return segments


def _clean_query(query: str) -> str:
    rules = load_url_rules()
    kept = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        low = name.lower()
        if low in rules.tracking or low.startswith(rules.tracking_prefixes):
            continue
        if low in rules.session_if_long and len(value) >= _SESSION_LENGTH:
            continue
        if value.lower() in rules.dress_values.get(low, ()):
            continue
        kept.append((name, value))
    return urlencode(sorted(kept))
