"""What is read of a document, every field of it, as JSON that a person can compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from pipelines.chain import load_rules, read_whole
from pipelines.rules import Rules, publication_day
from r57monitor.errors import Discard, ReadError
from r57monitor.figures.bound import Bound
from r57monitor.figures.context import FigureContext
from r57monitor.figures.events import find_events
from r57monitor.figures.find import bind_quantities, is_english
from r57monitor.figures.layout import Line, goes_on, heading_level
from r57monitor.figures.tables import find_cells
from r57monitor.gazetteer import ProvinceEntity
from r57monitor.models import Article, ProvinceMention, RawPage, Source
from r57monitor.registry import source_hosts
from r57monitor.text.article_urls import find_article_address, find_canonical_link, is_article_url, is_surely_article_url
from r57monitor.text.attachments import find_attachments
from r57monitor.text.blocks import list_blocks
from r57monitor.text.challenge import find_stand_in
from r57monitor.text.dates import find_dates
from r57monitor.text.english_dates import find_english_dates
from r57monitor.text.families import find_family, needs_script
from r57monitor.text.feeds import is_cut_off, parse_feed, parse_sitemap
from r57monitor.text.forwards import find_forward
from r57monitor.text.html_tree import parse_body
from r57monitor.text.links import find_feed_links, find_listing_links
from r57monitor.text.nation import is_national
from r57monitor.text.next_pages import find_next_pages
from r57monitor.text.normalize import fold
from r57monitor.text.page_body import find_boxes
from r57monitor.text.page_index import index_page, load_cms_names
from r57monitor.text.page_meta import read_meta
from r57monitor.text.province_names import find_names
from r57monitor.text.province_standing import judge_standing
from r57monitor.text.provinces import find_provinces, weigh_provinces
from r57monitor.text.replacements import find_replacements
from r57monitor.text.site_clues import find_sections, find_site_name
from tests.records.documents import Document


@cache
def _rules() -> Rules:
    return load_rules()


def tell(document: Document) -> dict[str, Any]:
    """The record of a document."""
    if document.how in {"feed", "sitemap"}:
        return _tell_feed(document)
    if document.how == "phrases":
        return {line: _tell_phrase(line) for line in document.raw.body.decode().split("\n")}
    article = _read(document)
    told = article if isinstance(article, dict) else _tell_article(article)
    if document.how == "page":
        told |= _tell_page(document.raw, document.source or Source(id="x", name="X", kind="newspaper", homepage=document.raw.url))
    if document.how == "article" and isinstance(article, Article):
        told |= {"apart": _take_apart(article)}
    return told


def render(told: dict[str, Any]) -> str:
    """The record as JSON: what is a list stands one a line."""
    parts = []
    for key, value in told.items():
        if isinstance(value, dict):
            text = "{\n" + ",\n".join(f"  {_json(k)}: {_listed(v, '   ')}" for k, v in value.items()) + "\n }" if value else "{}"
        else:
            text = _listed(value, "  ")
        parts.append(f" {_json(key)}: {text}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _listed(value: Any, indent: str) -> str:
    if not isinstance(value, list) or not value:
        return _json(value)
    return "[\n" + ",\n".join(indent + _json(one) for one in value) + f"\n{indent[1:]}]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read(document: Document) -> Article | dict[str, Any]:
    rules = _rules() if document.source is None else replace(_rules(), sources={document.source.id: document.source})
    try:
        return read_whole(document.raw, rules)
    except Discard as discard:
        return {"discarded": str(discard)}


def _tell_article(article: Article) -> dict[str, Any]:
    extracted, relevance = article.extracted, article.relevance
    assert extracted is not None
    told = {"url": article.url, **_fields(extracted), "text": extracted.text.split("\n")}
    if article.restored is not None:
        told |= {"restored": article.restored.text.split("\n"), "offsets": sum(n * at for n, at in enumerate(article.restored.offsets))}
    if relevance is not None:
        told["relevance"] = {"score": round(relevance.score, 3), "relevant": relevance.is_relevant, "reasons": list(relevance.reasons)}
    subjects = article.provinces
    told["provinces"] = [_fields(p) | {"spans": _spans(p.spans)} for p in subjects]
    told["national"] = is_national(article.reading_text, extracted.title, subjects)
    told["documents"] = [_fields(d) for d in article.documents]
    told["replaced"] = [f"{new}: {', '.join(old)}" for new, old in find_replacements(article.reading_text, article.documents).items()]
    told["figures"] = [_fields(f) | {"confidence": round(f.confidence, 3)} for f in article.figures]
    return told | {"fingerprint": hashlib.sha256(article.fingerprint).hexdigest()[:16]}


def _tell_page(raw: RawPage, source: Source) -> dict[str, Any]:
    """What else an HTML page tells: its head, its links, its files, and clues to its site."""
    links = find_listing_links(raw, source)
    family = find_family([raw])
    return {
        **_take_page_apart(raw, source),
        "stands_in": find_stand_in(raw),
        "forward": find_forward(raw),
        "canonical": [find_canonical_link(raw), find_article_address(raw), is_article_url(raw.url), is_surely_article_url(raw.url)],
        "links": [f"{_plain(link.listed_at)} | {link.url} | {link.title}" for link in links],
        "next_pages": find_next_pages(raw, source),
        "feeds": find_feed_links(raw, source),
        "files": find_attachments(raw),
        "site": [find_site_name([raw]), family.name if family else None, needs_script(raw)],
        "sections": [f"{link.url} | {link.label} | {link.is_topic}" for link in find_sections(raw, source_hosts(source))],
    }


_LEAD = "Thực hiện Nghị quyết số 57-NQ/TW, tỉnh Lâm Đồng đạt nhiều kết quả.\n"
_DAY = date(2026, 3, 10)


_ENGLISH_LEAD = (
    "Lam Dong province is carrying out Resolution 57-NQ/TW of the Politburo on science, technology, innovation and digital transformation, "
    "and its leaders have told departments, communes and wards to say every month what was done, what was not, and who will do the rest.\n"
)


@cache
def _provinces_of(lead: str) -> tuple[ProvinceMention, ...]:
    return find_provinces(lead, None, _DAY, _rules().gazetteer, None)


def _tell_phrase(line: str) -> list[str]:
    """What is bound to each quantity of a sentence after a lead about a province. "EN " begins an English one, ¶ ends a paragraph."""
    lead = _ENGLISH_LEAD if line.startswith("EN ") else _LEAD
    text = lead + line.removeprefix("EN ").replace("¶", "\n")
    _, bound = bind_quantities(text, FigureContext(published=_DAY, provinces=_provinces_of(lead)), _rules().catalogue)
    return [_bound(b) for b in bound]


def _take_page_apart(raw: RawPage, source: Source) -> dict[str, Any]:
    """What cleaning goes by on its way: the head, the elements known by name, the page's frame, its blocks and the body's boxes."""
    _, tree = parse_body(raw.body, raw.content_type)
    if tree is None:
        return {"head": None}
    index = index_page(tree)
    blocks = list_blocks(tree, index.chrome)
    boxes, sure = find_boxes(tree, index, blocks, source)
    return {
        "head": _fields(read_meta(tree, load_cms_names().meta_published)),
        "named": [f"{role}: {' '.join(f'{_named(e)}:{rank}' for rank, e in found)}" for role, found in sorted(index.roles.items())],
        "frame": " ".join(_named(e) for e in index.elements if e in index.chrome),
        "blocks": [f"{b.kind} {len(b.text)} {b.link_chars} {'link ' if b.is_link else ''}{b.text[:30]}" for b in blocks],
        "boxes": [*map(_named, boxes), sure],
    }


def _named(element: Any) -> str:
    return f"{element.tag}.{(element.get('class') or element.get('id') or '').replace(' ', '.')}"


def _tell_feed(document: Document) -> dict[str, Any]:
    read: Any = parse_feed if document.how == "feed" else parse_sitemap
    try:
        found = read(document.raw.body, document.raw.url)
    except ReadError as error:
        return {"refused": str(error)}
    kind = {} if document.how == "feed" else {"kind": found.kind}
    entries = found if document.how == "feed" else found.entries
    return {**kind, "cut_off": is_cut_off(document.raw.body), "entries": [_fields(entry) for entry in entries]}


def _take_apart(article: Article) -> dict[str, list[str]]:
    """What reading the text goes by on its way: days, names, lines, quantities with all that speaks for them, provinces likewise."""
    assert article.extracted is not None
    text, title, day = article.reading_text, article.extracted.title, publication_day(article)
    context = FigureContext(
        title=title, published=day, provinces=article.provinces, documents=article.documents, page_type=article.extracted.page_type
    )
    reading, bound = bind_quantities(text, context, _rules().catalogue)
    evidence, _ = weigh_provinces(text, title, day, _rules().gazetteer, None)
    told = {
        "dates": [_row(d) for d in (*find_dates(text, day), *(find_english_dates(text, day) if is_english(text) else ()))],
        "names": [_row(h) for h in judge_standing(fold(text), find_names(text, _rules().gazetteer))],
        "evidence": [_row(replace(e, spans=[], score=round(e.score, 3))) for e in evidence.values()],
    }
    if reading is None:
        return told
    return told | {
        "lines": [_line(text, reading.low, line) for line in reading.lines],
        "sentences": [_spans(reading.sentences)],
        "cells": [_row(c) for c in find_cells(text)],
        "events": [_json([e.start, e.kind, e.word]) for n in range(len(reading.sentences)) for e in find_events(reading, n, day)],
        "bound": [_bound(b) for b in bound],
    }


def _bound(b: Bound) -> str:
    match = f"{b.match.metric.id} {round(b.match.score, 3)}{' own' if b.match.own else ''}" if b.match else "-"
    dates = f"{_row(b.due) if b.due else '-'} | {_row(b.as_of) if b.as_of else '-'}"
    return f"{_row(b.quantity)} | {_row(b.verdict)} | {match} | {_row(b.place)} | {dates}"


def _line(text: str, low: str, line: Line) -> str:
    marks = [name for name, told in (("item", line.is_item), ("heading", line.is_heading), ("header", line.is_header)) if told]
    marks += ["goes on"] if goes_on(low, line) else []
    return f"{line.start}-{line.end} {heading_level(text, line)} {' '.join(marks)}".rstrip()


def _fields(value: Any) -> dict[str, Any]:
    """Every field that is known; what stands in none of the record's fields is None, False or empty."""
    told = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return {name: one for name, one in told.items() if one not in (None, False, "", [], ())}


def _row(value: Any) -> str:
    """A finding on one line."""
    names = [field.name for field in fields(value)] if is_dataclass(value) else list(value._fields)
    told = {name: getattr(value, name) for name in names}
    return " ".join(f"{name}={_short(one)}" for name, one in told.items() if one not in (None, False, "", ()))


def _short(value: Any) -> str:
    if isinstance(value, tuple) and all(isinstance(part, int) for part in value):
        return "-".join(map(str, value))
    return str(_plain(value))


def _spans(spans: Iterable[Sequence[int]]) -> str:
    return " ".join(f"{start}-{end}" for start, end in spans)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, ProvinceEntity):
        return value.id
    if isinstance(value, dict):
        return [f"{key}: {_plain(one)}" for key, one in value.items()]
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return _fields(value) if is_dataclass(value) else value
