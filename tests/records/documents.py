"""The documents whose readings are kept: annotated articles, frozen pages, the practice web's, and those written for the records."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from r57monitor.catalogue import load_catalogue
from r57monitor.models import RawPage, Source
from r57monitor.practice.schedule import visit_instants
from r57monitor.practice.server import Practice
from r57monitor.practice.sites import RSS
from tests.files import write_docx, write_pdf, write_xlsx
from tests.gold.load import OWN, PLACES, PRACTICE, load_documents

HERE = Path(__file__).parent
WRITTEN = HERE / "documents"
PAGES = HERE.parent / "pages"
FETCHED = datetime(2025, 11, 20, 3, tzinfo=UTC)
_PHRASES = 25  # in one record
_KEPT_PAGES = 3  # of each practice site: its manner shows in the first few


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a group. how: "article" (read through the whole chain, its text taken apart too), "text" (the chain alone),
    "page" (an HTML page's article, links, files and clues), "feed", "sitemap", or "phrases" (each line a paragraph of its own)."""

    group: str
    name: str
    how: str
    raw: RawPage
    source: Source | None = None


def _annotated(group: str, folder: Path, how: str) -> Iterator[Document]:
    for name, _, raw in load_documents(folder):
        is_page = how == "article" and raw.content_type.startswith("text/html")
        yield Document(group=group, name=name, how="page" if is_page else how, raw=raw)


def _frozen() -> Iterator[Document]:
    for folder in sorted(file.parent for file in PAGES.glob("*/*/page.html")):
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        raw = RawPage(
            url=meta["url"], body=(folder / "page.html").read_bytes(), fetched_at=datetime.fromisoformat(meta["fetched_at"]),
            content_type="text/html", list_title=meta.get("list_title"), found_by="listing",
        )  # fmt: skip
        yield Document(group="pages", name=f"{folder.parent.name}-{folder.name}", how="page", raw=raw)


def _practice_web() -> Iterator[Document]:
    """Of each site its front page, a listing with its next page, its feed, and the first articles with print and AMP page."""
    now = visit_instants()[-1]
    practice = Practice(now)
    for site in practice.web.sites:
        router, placed = practice.routers[site.id], practice.articles[site.id][:_KEPT_PAGES]
        first = practice.web.sections[0]
        paths = {"home": site.home, "list-1": site.listing_path(first), "list-2": site.listing_path(first, 2), "feed": RSS}
        paths |= {f"article-{n}": a.path for n, a in enumerate(placed, 1)} | {"print": placed[0].print_path}
        if placed[0].amp_path:
            paths["amp"] = placed[0].amp_path
        source = Source(id=site.id, name=site.name, kind="newspaper", homepage=site.address + "/", province=site.province)
        for name, path in paths.items():
            reply = router.answer(path, now)
            if reply.status == 200:
                raw = RawPage(url=site.address + path, body=reply.body, fetched_at=now, source_id=site.id, content_type=reply.content_type)
                yield Document(
                    group="practice_web", name=f"{site.id}-{name}", how="feed" if name == "feed" else "page", raw=raw, source=source
                )


def _phrases() -> Iterator[Document]:
    """The sentences of metric_phrases.txt and the catalogue's examples, some of them a document."""
    said = (HERE.parent / "metric_phrases.txt").read_text("utf-8").splitlines()
    lines = [line.partition("|")[2] for line in said if line and not line.startswith("#")]
    examples = [example for metric in load_catalogue().metrics for example in (*metric.matches, *metric.refuses)]
    for name, texts in (("said", lines), ("example", examples)):
        for number, start in enumerate(range(0, len(texts), _PHRASES), 1):
            body = "\n".join(texts[start : start + _PHRASES]).encode()
            raw = RawPage(url="https://trang.example/", body=body, fetched_at=FETCHED)
            yield Document(group="phrases", name=f"{name}-{number:02}", how="phrases", raw=raw)


_KNOWN = ("list_title", "list_date", "feed_date", "found_by", "given_published", "status")
_BODIES: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "pdf": lambda data: write_pdf(*(page.strip("\n").split("\n") for page in data["body"].split("---\n")), title=data.get("title")),
    "docx": lambda data: write_docx(data["body"].strip("\n").split("\n"), data.get("rows"), data.get("title", "")),
    "xlsx": lambda data: write_xlsx(data["sheets"], data.get("title")),
    "gzip": lambda data: gzip.compress(data["body"].encode(), mtime=0),
}


def _written() -> Iterator[Document]:
    """Documents of tests/records/documents/*.toml: how, name, body, and what a crawl would know of them."""
    for file in sorted(WRITTEN.glob("*.toml")):
        told = tomllib.loads(file.read_text("utf-8"))
        for data in told["document"]:
            for part, text in told.get("parts", {}).items():
                data["body"] = data.get("body", "").replace(f"@{part}@", text)
            body = _BODIES[data["as"]](data) if "as" in data else data["body"].encode(data.get("encoding", "utf-8"))
            raw = RawPage(
                url=data.get("url", f"https://trang.example/{data['name']}.html"), body=body, fetched_at=data.get("fetched_at", FETCHED),
                content_type=data.get("content_type", "text/html; charset=utf-8" if data["how"] == "page" else "text/plain; charset=utf-8"),
            )  # fmt: skip
            raw = replace(raw, **{key: data[key] for key in _KNOWN if key in data})
            source = Source(**{"id": "nguon", "name": "Nguồn", "kind": "newspaper", **data["source"]}) if "source" in data else None
            if source is not None:
                raw = replace(raw, source_id=source.id)
            yield Document(group=file.stem, name=data["name"], how=data["how"], raw=raw, source=source)


@cache
def documents() -> tuple[Document, ...]:
    """All of them, in a fixed order."""
    return (
        *_annotated("articles", OWN, "article"),
        *_annotated("places", PLACES, "article"),
        *_annotated("practice", PRACTICE, "text"),
        *_frozen(),
        *_practice_web(),
        *_phrases(),
        *_written(),
    )


def file_of(document: Document) -> Path:
    """Where its record is kept."""
    return HERE / "kept" / document.group / f"{document.name}.json"
