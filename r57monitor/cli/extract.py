"""`r57 extract`: documents read and printed as JSON; nothing is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.chain import whole_steps
from pipelines.rules import publication_day, recipe_for
from pipelines.workers import Readers, workers_for
from r57monitor.cli.documents import STDIN, Given, find_files, is_warc, plain_reason, read_file, read_stream, read_warc
from r57monitor.cli.session import choose_source
from r57monitor.errors import ReadError, UsageError
from r57monitor.models import Article, Figure, RawPage, Source
from warehouse.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """One document read: its JSON, or why there is none. `stem` names its file."""

    name: str
    stem: str
    document: dict[str, Any] | None = None
    error: str | None = None


def extract_files(
    names: Sequence[str],
    *,
    sources: Mapping[str, Source],
    source_id: str | None = None,
    url: str | None = None,
    published: date | None = None,
    home: Home | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Extraction]:
    """Read every document named, in order. Each is read by a worker process, so that none can take the command with it.

    Raises UsageError for a missing path, ReadError for a folder without documents, before anything is read.
    """
    files = find_files([name for name in names if name != STDIN])
    if url is not None and len(files) + (STDIN in names) != 1:
        raise UsageError("--url names the address of one document: give one file, or -, with it.")
    if source_id:
        choose_source(sources, source_id)
    given = Given(url=url, source_id=source_id or "", published=published)
    return _read(files, STDIN in names, stdin, given, Readers(recipe_for(home, sources), workers=workers_for(len(files)), read=whole_steps))


@dataclass(frozen=True, slots=True)
class _Opened:
    """A document before it is read; `raw` None where it could not be opened."""

    name: str
    stem: str
    raw: RawPage | None
    error: str | None = None


def _open(files: Sequence[Path], with_stdin: bool, stdin: BinaryIO | None, given: Given) -> Iterator[_Opened]:
    for path in files:
        stem = stem_of(path)
        try:
            if is_warc(path):
                for number, raw in enumerate(read_warc(path, given), 1):
                    yield _Opened(raw.url, f"{stem}-{number}", raw)
            else:
                yield _Opened(path.name, stem, read_file(path, given))
        except ReadError as error:
            yield _Opened(str(path), stem, None, str(error))
    if with_stdin:
        try:
            yield _Opened("-", "stdin", read_stream(stdin or sys.stdin.buffer, given))
        except ReadError as error:
            yield _Opened("-", "stdin", None, str(error))


def _read(files: Sequence[Path], with_stdin: bool, stdin: BinaryIO | None, given: Given, readers: Readers) -> Iterator[Extraction]:
    try:
        for opened, reading in readers.read_in_order(_open(files, with_stdin, stdin, given), lambda one: one.raw):
            if opened.raw is None:
                yield Extraction(name=opened.name, stem=opened.stem, error=opened.error)
            elif reading is None or reading.article is None:
                why = plain_reason(reading.error if reading else None, opened.raw)
                yield Extraction(name=opened.name, stem=opened.stem, error=f"{opened.name}: {why}")
            else:
                yield Extraction(name=opened.name, stem=opened.stem, document=document_json(opened.name, reading.article))
    finally:
        readers.close()


def stem_of(path: Path) -> str:
    """A file's name without its ending (.warc.gz is one)."""
    return path.name[: -len(".warc.gz")] if path.name.lower().endswith(".warc.gz") else path.stem


def write_documents(extractions: Iterator[Extraction], out: Path) -> Iterator[Extraction]:
    """Write each document to <stem>.json in `out`, and pass it on."""
    out.mkdir(parents=True, exist_ok=True)
    for one in extractions:
        if one.document is not None:
            (out / f"{one.stem}.json").write_text(json.dumps(one.document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        yield one


def check_stems(names: Sequence[str]) -> None:
    """Raise UsageError where two documents would be written to one file."""
    seen: dict[str, Path] = {}
    for path in find_files([name for name in names if name != STDIN]):
        stem = stem_of(path)
        if stem in seen:
            raise UsageError(f"{seen[stem]} and {path} would both be written to {stem}.json: extract them into different folders.")
        seen[stem] = path


def document_json(name: str, article: Article) -> dict[str, Any]:
    """One read page as CONTRACT.md words it. Dates of figures are given only where the text states them."""
    extracted = article.extracted
    assert extracted is not None
    day = publication_day(article)
    relevance = article.relevance
    return {
        "doc": name,
        "page_type": extracted.page_type,
        "title": extracted.title,
        "author": extracted.author,
        "published": day.isoformat() if day else None,
        "published_from": extracted.published_from,
        "language": extracted.language,
        "relevant": bool(relevance and relevance.is_relevant),
        "relevance": relevance.score if relevance else 0.0,
        "reasons": list(relevance.reasons) if relevance else [],
        "garbled": article.restored is not None,
        "provinces": [
            {"name": p.name, "role": p.role, "province_id": p.province_id, "name_now": p.name_now, "mentions": p.mentions}
            for p in article.provinces
        ],
        "documents": [
            {"number": d.number, "date": _day(d.issued_on), "kind": d.kind, "issuer": d.issuer, "start": d.start, "end": d.end}
            for d in article.documents
        ],
        "figures": [_figure_json(figure) for figure in article.figures],
        "text": extracted.text,
        "text_restored": article.restored.text if article.restored else None,
    }


def _figure_json(figure: Figure) -> dict[str, Any]:
    stated = figure.as_of if figure.as_of_from != "published" else None
    return {
        "mention": figure.mention,
        "value": figure.value,
        "value_max": figure.value_max,
        "of": figure.denominator,
        "unit": figure.unit,
        "comparator": figure.comparator,
        "kind": figure.kind,
        "change": figure.is_change,
        "metric": figure.metric_id,
        "label": figure.label,
        "level": figure.level,
        "scope": figure.scope,
        "whole": figure.whole,
        "period": figure.period,
        "province": figure.province,
        "as_of": _day(stated),
        "as_of_precision": figure.as_of_precision if stated else None,
        "due": _day(figure.due),
        "due_precision": figure.due_precision,
        "sentence": figure.sentence,
        "start": figure.start,
        "end": figure.end,
        "confidence": figure.confidence,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
