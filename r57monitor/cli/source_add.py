"""`r57 sources add`: finds out what a site offers, reads three articles, and writes the entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import tomlkit

from r57monitor.cli.source_visit import Visit, article_lines, entry_lines, host_of, visit
from r57monitor.clock import vietnam_today
from r57monitor.errors import R57Error, UsageError
from r57monitor.gazetteer import Gazetteer, load_gazetteer
from r57monitor.models import RawPage, Source
from r57monitor.practice.sites import load_web
from r57monitor.registry import KINDS, read_sources, source_hosts
from r57monitor.registry_checks import Problem, check_registry
from r57monitor.text.families import common_shape, kind_of
from r57monitor.text.html_tree import decode_page
from r57monitor.text.normalize import fold
from r57monitor.text.site_clues import find_site_name, find_site_province
from r57monitor.text.urls import host_key
from spiders.explore import EntryPage
from warehouse.home import Home

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ENDINGS = re.compile(r"\.(?:com|org|net|info|edu)?\.?vn$|\.(?:com|org|net|info)$")
_OUTSIDE = re.compile(r"redirect refused: (\S+) is outside")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user said of the new source; None: to be found out."""

    url: str
    id: str | None = None
    name: str | None = None
    kind: str | None = None
    province: str | None = None
    private_network: bool = False


def check_wanted(wanted: Wanted, registry: Mapping[str, Source], gazetteer: Gazetteer) -> Wanted:
    """The wish with its address made whole. Raises UsageError for what can be told before anything is asked."""
    url = wanted.url if "://" in wanted.url else f"https://{wanted.url}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise UsageError(f'"{wanted.url}" is no address: {error}.') from error
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() for c in url):
        raise UsageError(f'"{wanted.url}" is no http(s) address; write it as https://baomoi.example/.')
    if wanted.kind is not None and wanted.kind not in KINDS:
        raise UsageError(f'--kind "{wanted.kind}" is none of {", ".join(KINDS)}.')
    if wanted.province is not None and gazetteer.by_name(wanted.province) is None:
        raise UsageError(f'--province "{wanted.province}": there was never such a province; write its name with accents.')
    if wanted.id is not None and not _ID.fullmatch(wanted.id):
        raise UsageError(f'--id "{wanted.id}": small letters a-z, digits and single hyphens only.')
    if wanted.id is not None and wanted.id in registry:
        raise UsageError(f'--id "{wanted.id}" is already used by {registry[wanted.id].name}; ids are for ever and unique.')
    _check_known(url, registry)
    if is_private_name(host) and not wanted.private_network:
        raise UsageError(f"{host} is an address of a private network: add --private-network if the source really is there.")
    return replace(wanted, url=url if parts.path else f"{url}/")


def _check_known(url: str, registry: Mapping[str, Source]) -> None:
    key = host_key(url).removeprefix("www.")
    for source in registry.values():
        hosts = {host.removeprefix("www.") for host in source_hosts(source)}
        if source.kind == "blocked" and any(key == host or key.endswith(f".{host}") for host in hosts):
            raise UsageError(f"{key} is blocked by the registry ({source.id}): {source.note or source.name}.")
        if key in hosts:
            raise UsageError(f"{key} is already in the registry: {source.id} ({source.name}). `r57 sources check {source.id} --visit`")


def is_private_name(host: str) -> bool:
    """Whether a host given by its number, or the name localhost, is on no public network."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def look_at(home: Home, wanted: Wanted) -> Visit:
    """Visit the site. Raises R57Error, in words and with the way out, where nothing can be made of it."""
    probe = Source(id="new-source", name=wanted.url, kind="newspaper", homepage=wanted.url, private_network=wanted.private_network)
    seen = visit(home, probe, is_new=True)
    finding = seen.finding
    if finding.home is None:
        raise R57Error(_refusal(wanted.url, finding.cause or "no answer"))
    if not finding.articles:
        if finding.needs_script:
            raise R57Error(
                f"{wanted.url} shows its text only by script, so no article was found. Write an entry with browser = true"
                " and its sections by hand (needs the extra `browser`), or name a feed of the site."
            )
        tried = f"; {len(finding.unread)} pages were asked for, the first: {': '.join(finding.unread[0])}" if finding.unread else ""
        raise R57Error(f"no article was found at {wanted.url}{tried}. Name a section page that lists articles instead of this address.")
    return seen


def _refusal(url: str, cause: str) -> str:
    before, _, reason = cause.partition("robots.txt cannot be had: ")
    if not before and reason and not reason.startswith("HTTP"):  # the site itself does not answer
        cause = reason
    if "robots.txt" in cause:
        return f"{url} is not asked for: {cause}. The site wants no robots there; ask its people, or leave it out."
    if "private address" in cause:
        return f"{url}: {cause}. Add --private-network if the source really is on this office's network."
    if moved := _OUTSIDE.search(cause):
        return f"{url} leads to another site, {moved[1]}: add that address instead."
    return f"{url} cannot be reached: {cause}. Check the address, or try http:// or www. in front."


def make_source(wanted: Wanted, seen: Visit, registry: Mapping[str, Source], gazetteer: Gazetteer, today: date) -> Source:
    """The new entry: what the user said, and what the site shows, where the user said nothing."""
    finding = seen.finding
    assert finding.home is not None
    homepage = finding.home.url if urlsplit(wanted.url).path in {"", "/"} and len(urlsplit(finding.home.url).path) <= 1 else wanted.url
    host = host_of(homepage)
    name = wanted.name or find_site_name([finding.home, *finding.articles]) or host
    province = wanted.province
    if province is None:
        entity = find_site_province(name, host, gazetteer, today)
        province = entity.name if entity else None
    kind = wanted.kind or kind_of(name, host) or "newspaper"
    articles = [raw.url for raw in finding.articles]
    named = [lead.url for entry in (*finding.feeds, *finding.sitemaps) for lead in entry.leads]
    return Source(
        id=wanted.id or _free_id(host, name, registry),
        name=name,
        kind=kind,  # type: ignore[arg-type]
        province=province,
        homepage=homepage,
        feeds=tuple(e.url for e in finding.feeds),
        sitemaps=tuple(e.url for e in finding.sitemaps),
        sections=tuple(e.url for e in finding.sections),
        article_url=common_shape(finding.family, [*articles, *named]),
        private_network=wanted.private_network,
        verified=True,
        evidence=_evidence(seen, today),
        note=_note(seen),
        practice=wanted.private_network and _is_practice(finding.home),
    )


def _free_id(host: str, name: str, registry: Mapping[str, Source]) -> str:
    by_host = not is_private_name(host)
    text = _ENDINGS.sub("", host.removeprefix("www.")) if by_host else fold(name)
    base = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-") or "source"
    found, number = base, 2
    while found in registry:
        found, number = f"{base}-{number}", number + 1
    return found


def _evidence(seen: Visit, today: date) -> str:
    finding = seen.finding
    counts = ", ".join(
        f"{len(entries)} {what}{'s' if len(entries) > 1 else ''}"
        for entries, what in ((finding.feeds, "feed"), (finding.sitemaps, "sitemap"), (finding.sections, "section"))
        if entries
    )
    read = f"{len(finding.articles)} article{'s' if len(finding.articles) > 1 else ''} read, the first {finding.articles[0].url}"
    return f"seen {today.isoformat()}: {counts or 'links of the front page'}; {read}"


def _note(seen: Visit) -> str | None:
    family = seen.finding.family
    frozen = [entry.url for entry in seen.finding.sitemaps if entry.is_frozen]
    parts = [f"system: {family.name}"] if family else []
    parts += [f"lastmod of {url} is frozen" for url in frozen]
    return "; ".join(parts) or None


def _is_practice(home: RawPage) -> bool:
    return load_web().notice_text in decode_page(home.body, home.content_type)


def report_lines(source: Source, seen: Visit) -> Iterator[str]:
    """What was found, for the person who decides."""
    finding = seen.finding
    yield f"{source.name}  ({source.kind}{', ' + source.province if source.province else ''})  id: {source.id}"
    if finding.family:
        yield f"  system   {finding.family.name}"
    for trap in finding.family.traps if finding.family else ():
        yield f"           {trap}"
    groups: tuple[tuple[list[EntryPage], str], ...] = (
        (finding.feeds, "feed"),
        (finding.sitemaps, "sitemap"),
        (finding.sections, "section"),
    )
    for entries, what in groups:
        yield from entry_lines(entries, what)
    if source.article_url:
        yield f"  articles {source.article_url}"
    yield from article_lines(seen)
    if not finding.entries:
        yield "  no feed, sitemap or section: the front page is read at each visit"


def write_entry(source: Source, folder: Path) -> Path:
    """Write `<id>.toml` in a folder (made if missing). Raises UsageError where the file is there already."""
    path = folder / f"{source.id}.toml"
    if path.exists():
        raise UsageError(f"{path} is already there: choose another --id, or edit that file.")
    entry = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(source).items() if v not in (None, False, "", ())}
    entry.pop("publisher", None)
    for key, value in (("language", "vi"), ("recheck_days", 14)):
        if entry.get(key) == value:
            del entry[key]
    document = tomlkit.document()
    sources = tomlkit.aot()
    sources.append(tomlkit.item(entry))
    document.add("source", sources)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".toml.new")
    temporary.write_text(tomlkit.dumps(document), "utf-8")
    temporary.replace(path)
    return path


def check_entry(path: Path, registry: Mapping[str, Source], gazetteer: Gazetteer) -> list[Problem]:
    """What `r57 sources check` says of the entry just written, beside the rest of the registry."""
    found, faults = read_sources([path])
    problems = [Problem("", "error", str(fault)) for fault in faults]
    today = vietnam_today()
    ids = set(found)
    return problems + [p for p in check_registry([*registry.values(), *found.values()], gazetteer, today) if p.source_id in ids]


def add_source(home: Home, wanted: Wanted, registry: Mapping[str, Source]) -> tuple[Source, Visit]:
    """Look at a site and make its entry; nothing is written."""
    gazetteer = load_gazetteer()
    whole = check_wanted(wanted, registry, gazetteer)
    seen = look_at(home, whole)
    return make_source(whole, seen, registry, gazetteer, vietnam_today()), seen
