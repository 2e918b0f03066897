"""Atom feeds (RFC 4287): the new figures of one digest, and the digests of an office. Ids never change, whatever is written again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from lxml import etree

from r57monitor.clock import VIETNAM
from r57monitor.digest.clean import clean_text
from r57monitor.digest.lines import FigureLine
from r57monitor.digest.model import Digest
from r57monitor.digest.outline.parts import make_head, make_title
from r57monitor.digest.speech import WORDS, speaking, spoken
from r57monitor.wording import format_day, is_web_address, read_cells

_ATOM = "http://www.w3.org/2005/Atom"
_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "r57monitor")  # ids of all feeds and entries are made in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A digest as the feed of digests tells it."""

    name: str  # as in file names: "diem-bao-2025-W30"
    title: str
    office: str
    summary: str
    updated: datetime  # aware
    files: tuple[tuple[str, str], ...] = ()  # address or file name, media type


def render(digest: Digest) -> bytes:
    """Feed of the digest's newly reported figures, an entry a figure with its sentence and its link."""
    head = make_head(digest)
    updated = _midnight(digest.masthead.day or digest.period.end)
    title = f"{WORDS('digest_part.figures')} – {head.title}"
    feed = _feed(f"figures/{digest.name}", title, f"{head.subject}. {head.days}", digest.office, updated)
    for line in (*digest.results, *digest.targets):
        feed.append(_figure_entry(line, updated))
    return _pack(feed)


def describe_issue(digest: Digest, files: Iterable[tuple[str, str]] = ()) -> Issue:
    """What the feed of digests says of one digest. files: address or file name, media type."""
    with speaking(digest.language):
        return _describe_issue(digest, files)


def _describe_issue(digest: Digest, files: Iterable[tuple[str, str]]) -> Issue:
    head = make_head(digest)
    counts = "; ".join(f"{WORDS.of('digest_count', count.key)}: {count.now}" for count in digest.counts)
    at = digest.desk.at
    return Issue(
        name=digest.name,
        title=_title_issue(digest),
        office=digest.office,
        summary=f"{head.subject}. {head.days}. {counts}.",
        updated=at.replace(tzinfo=at.tzinfo or UTC) if at else _midnight(digest.masthead.day or digest.period.end),
        files=tuple(files),
    )


def _title_issue(digest: Digest) -> str:
    limits = [digest.province or "", WORDS("digest_head.pillar", number=digest.pillar) if digest.pillar else ""]
    days = "" if digest.period.week else f"{format_day(digest.period.start)}–{format_day(digest.period.end)}"
    state = WORDS("digest_head.draft") if digest.desk.state == "draft" else ""
    return " – ".join(part for part in (make_title(digest), days, *limits, state) if part)


def render_issues(issues: Iterable[Issue], office: str) -> bytes:
    """Feed of digests, newest first."""
    known = sorted(issues, key=lambda issue: (issue.updated, issue.name), reverse=True)
    updated = max((issue.updated for issue in known), default=_midnight(date(1970, 1, 1)))
    feed = _feed("digests", f"{WORDS('digest_head.title')} – {office}", WORDS("digest_head.subject"), office, updated)
    for issue in known:
        entry = etree.SubElement(feed, _tag("entry"))
        _add(entry, "id", _make_id(f"digest/{issue.name}"))
        _add(entry, "title", issue.title)
        _add(entry, "updated", issue.updated.isoformat())
        for n, (address, media_type) in enumerate(issue.files):
            _add(entry, "link", rel="enclosure" if n else "alternate", href=address, type=media_type)
        _add(entry, "summary", issue.summary)
    return _pack(feed)


def _feed(key: str, title: str, subtitle: str, office: str, updated: datetime) -> Any:
    feed = etree.Element(_tag("feed"), nsmap={None: _ATOM})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", spoken())
    _add(feed, "id", _make_id(key))
    _add(feed, "title", title)
    _add(feed, "subtitle", subtitle)
    _add(feed, "updated", updated.isoformat())
    _add(_add(feed, "author"), "name", office)
    _add(feed, "generator", "r57monitor")
    return feed


def _figure_entry(line: FigureLine, updated: datetime) -> Any:
    entry = etree.Element(_tag("entry"), nsmap={None: _ATOM})
    place, metric = line.province or WORDS("digest_text.no_province"), line.metric or WORDS("digest_text.no_metric")
    _add(entry, "id", _make_id(f"figure/{line.figure_id}"))
    _add(entry, "title", f"{place} – {metric}: {line.value} ({WORDS.of('state', line.state)})")
    _add(entry, "updated", (_midnight(line.day) if line.day else updated).isoformat())
    _add(_add(entry, "author"), "name", line.outlet)
    if is_web_address(line.url):
        _add(entry, "link", rel="alternate", href=_escape(line.url))
    for scheme, term in (("province", line.province_now), ("metric", line.metric_id), ("state", line.state), ("kind", line.kind)):
        if term:
            _add(entry, "category", scheme=f"urn:r57monitor:{scheme}", term=term)
    told = [f"“{read_cells(line.sentence)}”"]
    column = "due" if line.kind == "target" else "as_of"
    told += [f"{WORDS(f'digest_column.{column}')}: {line.when}"] if line.when else []
    told += [f"{WORDS('digest_column.against')}: {line.against}"] if line.against else []
    told += [f"{line.outlet}, {format_day(line.day, WORDS('digest_text.no_day'))}", WORDS("digest_text.figure_id", ids=line.figure_id)]
    _add(entry, "summary", ". ".join(told))
    return entry


def _escape(url: str) -> str:
    """An address as RFC 3986 has it: spaces and other signs that no address holds are escaped."""
    return "".join(c if c not in ' <>"{}|\\^`' and ord(c) > 32 else "".join(f"%{b:02X}" for b in c.encode()) for c in clean_text(url))


def _make_id(key: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, key)}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _tag(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    child = etree.SubElement(parent, _tag(name), {key: clean_text(value) for key, value in attributes.items()})
    child.text = clean_text(text) or None
    return child


def _pack(feed: Any) -> bytes:
    etree.indent(feed)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8")) + b"\n"
