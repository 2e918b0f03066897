"""Builders of synthetic sources, pages and articles for tests. Texts are made up; spans are right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

from r57monitor.models import (
    Article,
    DocumentCitation,
    Extracted,
    Figure,
    ProvinceMention,
    RawPage,
    Relevance,
    Source,
)
from r57monitor.text.fingerprint import make_fingerprint
from warehouse.writers import StoredPage

DAY = datetime(2025, 9, 1, 2, 0, tzinfo=UTC)


def make_source(source_id: str = "bao-thu", **changes: Any) -> Source:
    """A newspaper of Lào Cai, unless told otherwise."""
    values: dict[str, Any] = {
        "id": source_id,
        "name": source_id.replace("-", " ").title(),
        "kind": "newspaper",
        "homepage": f"https://{source_id}.vn/",
        "province": "Lào Cai",
        "publisher": source_id,
        "verified": True,
    }
    return Source(**(values | changes))


def make_raw(url: str, fetched_at: datetime = DAY, source_id: str = "bao-thu", **changes: Any) -> RawPage:
    """A fetched page with a record id of its own."""
    values: dict[str, Any] = {
        "url": url,
        "body": b"<html></html>",
        "fetched_at": fetched_at,
        "source_id": source_id,
        "found_by": "feed",
        "record_id": f"<urn:{source_id}:{url}:{fetched_at.isoformat()}>",
    }
    return RawPage(**(values | changes))


def make_figure(text: str, mention: str, value: float, **changes: Any) -> Figure:
    """A figure whose span is where the mention stands in the text; the sentence is the line it stands in."""
    start = text.index(mention)
    line = text[text.rfind("\n", 0, start) + 1 :].split("\n")[0]
    values: dict[str, Any] = {
        "mention": mention,
        "value": value,
        "unit": "trạm",
        "start": start,
        "end": start + len(mention),
        "sentence": line,
        "metric_id": "bts_5g_stations",
        "level": "province",
        "province_id": "vn34-15",
        "province": "Lào Cai",
        "confidence": 0.9,
    }
    return Figure(**(values | changes))


def make_mention(
    province_id: str = "vn34-15", name: str = "Lào Cai", role: Literal["subject", "mentioned"] = "subject", **changes: Any
) -> ProvinceMention:
    """A province an article is about."""
    values: dict[str, Any] = {"province_id": province_id, "name": name, "name_now": name, "role": role, "mentions": 2}
    return ProvinceMention(**(values | changes))


def make_article(
    url: str,
    text: str,
    *,
    title: str = "Tin thử nghiệm",
    published: datetime | None = DAY,
    fetched_at: datetime | None = None,
    source_id: str = "bao-thu",
    figures: Sequence[Figure] = (),
    provinces: Sequence[ProvinceMention] | None = None,
    documents: Sequence[DocumentCitation] = (),
    is_relevant: bool = True,
    page_type: Literal["article", "list", "document", "empty"] = "article",
    **raw: Any,
) -> Article:
    """A read article, fetched when it was published unless told otherwise."""
    return Article(
        raw=make_raw(url, fetched_at or published or DAY, source_id, **raw),
        url=url,
        extracted=Extracted(
            page_type=page_type,
            title=title,
            author=None,
            published=published,
            published_from="meta" if published else "none",
            language="vi",
            text=text,
        ),
        relevance=Relevance(
            score=0.9 if is_relevant else 0.1, is_relevant=is_relevant, reasons=("nêu Nghị quyết 57",) if is_relevant else ()
        ),
        provinces=tuple(provinces if provinces is not None else [make_mention()]),
        documents=tuple(documents),
        figures=tuple(figures),
        fingerprint=make_fingerprint(text),
    )


def make_page(article: Article, segment: str = "a.warc.gz", outcome: str = "article") -> StoredPage:
    """An article as the writer takes it."""
    return StoredPage(raw=article.raw, segment=segment, outcome=outcome, article=article, elapsed_ms=40)


def make_cycle(source_id: str, begun: datetime, ended: datetime | None = None, outcome: str = "ok", **more: Any) -> list[dict[str, Any]]:
    """Journal entries of one cycle."""
    cycle = f"{source_id}-{begun.isoformat()}"
    entries: list[dict[str, Any]] = [
        {"at": begun.isoformat(), "event": "cycle_begun", "cycle": cycle, "source": source_id, "practice": False}
    ]
    if ended:
        end = {"at": ended.isoformat(), "event": "cycle_ended", "cycle": cycle, "source": source_id, "outcome": outcome, "cause": None}
        entries.append(end | {"pages": 1, "articles": 1} | more)
    return entries


def make_document(number: str, issued_on: date | None = None, **changes: Any) -> DocumentCitation:
    """A cited document."""
    values: dict[str, Any] = {
        "number": number,
        "kind": "kế hoạch",
        "issuer": "UBND",
        "issued_on": issued_on,
        "start": 0,
        "end": len(number),
    }
    return DocumentCitation(**(values | changes))
