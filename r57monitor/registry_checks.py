"""What may be wrong in a registry that can be read: between its sources, and between a source and the provinces of its time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from cssselect import SelectorError
from lxml.cssselect import CSSSelector

from r57monitor.gazetteer import Gazetteer
from r57monitor.models import Source
from r57monitor.registry import NOT_CRAWLED, is_crawled, source_hosts

_SELECTORS = ("title_css", "date_css", "body_css", "drop_css")
_HOST = re.compile(r"(?=.{1,253}(?::|$))[\w-]{1,63}(?:\.[\w-]{1,63})*(?::\d{1,5})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_PIN = re.compile(r"(?:sha256:|sha256/)?(?:[0-9A-Fa-f]{2}:?){32}|sha256/[A-Za-z0-9+/]{43}=")
_PATIENT_S = 600.0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend, or to look at."""

    source_id: str
    level: Literal["error", "warning"]
    text: str


def check_registry(sources: Sequence[Source], gazetteer: Gazetteer, today: date) -> list[Problem]:
    """Every problem of a registry, errors first; an empty list for a sound one. Ids are unique already (load_sources)."""
    found = [problem for source in sources for check in _CHECKS for problem in check(source, gazetteer)]
    found += _double_addresses(sources)
    found += _blocked_elsewhere(sources, today)
    return sorted(found, key=lambda p: (p.level, p.source_id))


def find_bare_provinces(sources: Iterable[Source], gazetteer: Gazetteer, today: date) -> list[tuple[str, str]]:
    """(province of today, kind) where no source of that kind is visited: "portal" and "newspaper" make silence observable."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        entity = gazetteer.resolve(source.province, today) if source.province else None
        if entity is not None and is_crawled(source, today):
            kinds[entity.id].add(source.kind)
    return [(e.name, kind) for e in gazetteer.at(today) for kind in ("portal", "newspaper") if kind not in kinds[e.id]]


def _error(source: Source, text: str) -> Problem:
    return Problem(source.id, "error", text)


def _warning(source: Source, text: str) -> Problem:
    return Problem(source.id, "warning", text)


def check_province(source: Source, gazetteer: Gazetteer) -> Iterator[Problem]:
    """A province that never was, or was not when the source becomes active."""
    if not source.province:
        if source.kind == "department":
            yield _warning(
                source, 'a department without province: its articles count for no province; add one, such as province = "Lào Cai"'
            )
        return
    if gazetteer.by_name(source.province) is None:
        yield _error(source, f'there was never a province "{source.province}"; write its name as in `r57 coverage`, with accents')
        return
    if source.active_from and gazetteer.by_name(source.province, source.active_from) is None:
        now = gazetteer.resolve(source.province, source.active_from)
        instead = f"; its area was {now.name} then" if now else ""
        yield _error(source, f'there was no province "{source.province}" on {source.active_from:%d/%m/%Y}, when it becomes active{instead}')


def _check_period(source: Source, _: Gazetteer) -> Iterator[Problem]:
    if source.active_from and source.active_until and source.active_until < source.active_from:
        yield _error(source, f"active_until {source.active_until} lies before active_from {source.active_from}")
    if source.active_until and not (source.active_reason or source.note):
        yield _warning(source, "active_until without active_reason: say why it ended")


def _check_addresses(source: Source, _: Gazetteer) -> Iterator[Problem]:
    for host in source.hosts:
        if not _HOST.fullmatch(host):
            yield _error(source, f'"{host}" in hosts is no host name; write it without scheme and path, such as "m.bao.example"')
    for url in (source.homepage, *source.feeds, *source.sitemaps, *source.sections):
        parts = urlsplit(url)
        if parts.username or parts.password:
            yield _error(source, f"{parts.scheme}://{parts.hostname}{parts.path} carries a user name or password")
        if parts.fragment:
            yield _warning(source, f'the part after "#" of {url} is never sent to the site')
    names = {host.partition(":")[0] for host in source_hosts(source)}
    private = {name for name in names if _is_private(name)}
    if private and not source.private_network and source.kind not in NOT_CRAWLED:
        yield _error(source, f"{min(private)} is on a private network: it is refused unless private_network = true")
    if (
        source.private_network
        and not private
        and not any("." not in name or name.endswith((".lan", ".local", ".internal")) for name in names)
    ):
        yield _warning(source, f"private_network = true, but {min(names)} looks like a public host")


def _is_private(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not ip_address(name.strip("[]")).is_global
    except ValueError:
        return False


def _check_patterns(source: Source, _: Gazetteer) -> Iterator[Problem]:
    if source.article_url:
        pattern = re.compile(source.article_url)
        if pattern.search("") or pattern.search(source.homepage):
            yield _error(source, f"article_url {source.article_url!r} also matches the homepage: every page would be an article")
        for page in (*source.feeds, *source.sitemaps, *source.sections):
            if pattern.search(page):
                yield _error(source, f"article_url {source.article_url!r} matches its own entry page {page}")
    for key in _SELECTORS:
        selector = getattr(source, key)
        if selector:
            try:
                CSSSelector(selector)
            except SelectorError as error:
                yield _error(source, f"{key} {selector!r} is no CSS selector: {error}")
    if not _LANGUAGE.fullmatch(source.language):
        yield _error(source, f'language "{source.language}" is no code such as "vi" or "en"')
    if source.tls_pin and not _PIN.fullmatch(source.tls_pin):
        yield _error(source, "tls_pin is no SHA-256 of a certificate (64 hexadecimal digits, colons allowed)")


def _check_manners(source: Source, _: Gazetteer) -> Iterator[Problem]:
    if source.delay_s is not None and source.delay_s < 1 and not source.private_network:
        yield _warning(source, f"delay_s = {source.delay_s:g} is short for a public site; one second is the least that is polite")
    if source.delay_s is not None and source.delay_s > _PATIENT_S:
        yield _warning(source, f"delay_s = {source.delay_s:g}: a first visit would take days")
    if source.verified and not source.evidence:
        yield _warning(source, "verified without evidence: say what was seen, and when")


_CHECKS: tuple[Callable[[Source, Gazetteer], Iterator[Problem]], ...] = (
    check_province,
    _check_period,
    _check_addresses,
    _check_patterns,
    _check_manners,
)


def _double_addresses(sources: Sequence[Source]) -> Iterator[Problem]:
    """Two sources that would fetch the same page: every article would count for both."""
    first: dict[str, Source] = {}
    for source in sources:
        own: set[str] = set()
        for url in (source.homepage, *source.feeds, *source.sitemaps, *source.sections):
            key = _address_key(url)
            if key in own and url != source.homepage:
                yield _warning(source, f"{url} is named twice")
            own.add(key)
        for key in own:
            other = first.setdefault(key, source)
            if other is not source and not _never_together(source, other):
                yield _error(source, f"{key} is an address of {other.id} too")


def _address_key(url: str) -> str:
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port and parts.port not in {80, 443} else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').removeprefix('www.')}{port}{parts.path.rstrip('/')}{query}"


def _never_together(one: Source, other: Source) -> bool:
    """Whether one source ended before the other began: an address may be handed on."""
    for early, late in ((one, other), (other, one)):
        if early.active_until and late.active_from and early.active_until < late.active_from:
            return True
    return False


def _blocked_elsewhere(sources: Sequence[Source], today: date) -> Iterator[Problem]:
    blocked = {host.removeprefix("www."): s for s in sources if s.kind == "blocked" for host in source_hosts(s)}
    for source in sources:
        if is_crawled(source, today):
            for host in sorted(source_hosts(source)):
                if other := blocked.get(host.removeprefix("www.")):
                    yield _error(source, f"{host} is blocked by {other.id}")
