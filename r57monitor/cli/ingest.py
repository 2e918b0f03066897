"""`r57 ingest`: files, folders, WARCs, single pages and standard input through the same archive and the same reading."""

from __future__ import annotations

import hashlib
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from pipelines.scanning import Scanner
from pipelines.workers import workers_for
from r57monitor.cli.backfill import SYNCED_TOGETHER, WarcReading
from r57monitor.cli.documents import STDIN, Given, find_files, is_warc, plain_reason, read_file, read_stream
from r57monitor.cli.practice_mark import check_practice
from r57monitor.cli.progress import Shown
from r57monitor.cli.session import Session, choose_registry, choose_source, open_session
from r57monitor.errors import ArchiveError, ReadError, UsageError
from r57monitor.models import RawPage, Source
from r57monitor.text.urls import host_key
from spiders.leads import sources_by_host
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.records import ArchivedPage, HttpHeads
from warehouse.segment import SegmentWriter

_AHEAD = 24 * 2**20  # bytes of pages that may wait for their readers while the next are looked for
_LARGE = 8 * 2**20  # bytes of a WARC file that are worth a process of their own
INGESTED = "ingested"  # the source of what no registry entry claims
_NAMESPACE = uuid.UUID("57d2f7a4-2412-4b22-8c57-000000000057")


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestResult:
    """What was taken in. `failed`: (name, why) of what could not be read."""

    pages: int
    articles: int
    failed: tuple[tuple[str, str], ...]
    snapshot: int | None
    known: int = 0  # files that were taken in before
    records: int = 0  # of WARC files
    passed: Mapping[str, int] = field(default_factory=dict)  # of those, not read: by reason

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


def run_ingest(
    home: Home,
    names: Sequence[str],
    shown: Shown,
    *,
    source_id: str | None = None,
    url: str | None = None,
    published: date | None = None,
    registries: Sequence[Path] = (),
    stdin: BinaryIO | None = None,
    publish: bool = True,
    every_page: bool = False,
    known_hosts: bool = False,
    again: bool = False,
    registry: Mapping[str, Source] | None = None,
    engine: str | None = None,
) -> IngestResult:
    """Archive, read and store what is named. What was ingested before is not stored again.

    Raises UsageError for a missing path, an unknown source, or --url with more than one document. A document that
    cannot be read is listed in the result; the rest is done. every_page, known_hosts, again: how WARC files are read (WarcReading).
    registry: in place of the shipped one and `registries`. engine: address of a cluster whose workers read WARC files, one each.
    """
    registry = choose_registry(home, registries) if registry is None else registry
    addresses = [name for name in names if name.startswith(("http://", "https://"))]
    files = find_files([name for name in names if name not in addresses and name != STDIN])
    if url is not None and (len(files) + (STDIN in names) != 1 or addresses):
        raise UsageError("--url names the address of one document: give one file, or -, with it.")
    if engine is not None and (addresses or STDIN in names or not all(is_warc(path) for path in files)):
        raise UsageError("--engine reads WARC files: ingest the rest without it.")
    claimed = choose_source(registry, source_id) if source_id else None
    source = claimed or (source_of(url, registry) if url else None) or nobody()
    given = Given(url=url, source_id=source.id, published=published)
    visits: list[tuple[Source, list[str]]] = []
    if addresses:
        from r57monitor.cli.ingest_visits import fetch, find_visits

        visits = find_visits(addresses, claimed, registry)
    sources = {s.id: s for s in (source, *(s for s, _ in visits))}
    _check_home(home, sources.values())
    by_host: dict[str, Source] = {}
    has_warc = any(is_warc(path) for path in files)
    if claimed is None and has_warc:
        by_host = sources_by_host(source for source in registry.values() if source.practice == home.is_practice)
        sources |= {s.id: s for s in by_host.values()}
    failed: list[tuple[str, str]] = []
    warcs = WarcReading(Journal(home.journal), by_host, every_page, known_hosts, again, shown.say)
    here = has_warc and engine is None
    with (
        _scanning(warcs, files if here else [], home),
        open_session(home, "ingest", sources, shown, publishes=publish, reads_surely=here) as session,
    ):
        session.workers = None if visits or has_warc else workers_for(len(files) + 1)
        articles = pages = 0
        known: list[str] = []
        made: IngestResult | None = None
        if engine is not None:
            from r57monitor.cli.ingest_cluster import ingest_on_cluster

            options = {"source_id": source_id, "published": published, "every_page": every_page, "known_hosts": known_hosts, "again": again}
            made = ingest_on_cluster(engine, session, files, registry, options)
        elif files or STDIN in names:
            articles, pages = _read_documents(session, _documents(files, stdin, given, failed, STDIN in names, warcs), failed, known)
            warcs.finish()
        if visits:
            counts = fetch(session, visits, failed)
            articles, pages = articles + counts[0], pages + counts[1]
    if made is not None:
        return replace(made, snapshot=session.snapshot)
    return IngestResult(
        pages=pages,
        articles=articles,
        failed=tuple(failed),
        snapshot=session.snapshot,
        known=len(known),
        records=warcs.records,
        passed=dict(warcs.passed),
    )


@contextmanager
def _scanning(warcs: WarcReading, files: Sequence[Path], home: Home) -> Iterator[None]:
    """A process that looks through large WARC files, which begins with the first while the home is opened."""
    large = [path for path in files if is_warc(path) and path.stat().st_size >= _LARGE]
    if not large or home.spool_mark.exists():  # there the machine's other cores work other units
        yield
        return
    warcs.scanner = Scanner()
    try:
        warcs.begin(large[0])
        yield
    finally:
        warcs.scanner.close()


def nobody() -> Source:
    """The source of documents that no entry of the registry claims."""
    return Source(id=INGESTED, name="Ingested documents", kind="reference", homepage="file:///", publisher=INGESTED)


def source_of(url: str, registry: Mapping[str, Source]) -> Source | None:
    """The source on whose hosts an address lies; None where no entry claims it."""
    return sources_by_host(registry.values()).get(host_key(url))


def _check_home(home: Home, sources: Iterable[Source]) -> None:
    """Real and invented numbers never share a home; documents that no source claims may go anywhere."""
    claimed = [s for s in sources if s.id != INGESTED]
    if claimed and check_practice(home, claimed):
        home.prepare()
        home.practice_mark.touch()


def _documents(
    files: Sequence[Path], stdin: BinaryIO | None, given: Given, failed: list[tuple[str, str]], with_stdin: bool, warcs: WarcReading
) -> Iterator[tuple[str, RawPage]]:
    """(name, page) of everything that can be opened; what cannot goes to `failed`."""
    for path in files:
        try:
            if is_warc(path):
                yield from (("", raw) for raw in warcs.read(path, given))
            else:
                yield str(path), read_file(path, given)
        except ReadError as error:
            failed.append((str(path), str(error)))
    if with_stdin:
        try:
            yield "standard input", read_stream(stdin or sys.stdin.buffer, given)
        except ReadError as error:
            failed.append(("standard input", str(error)))


def _read_documents(
    session: Session, documents: Iterable[tuple[str, RawPage]], failed: list[tuple[str, str]], known: list[str]
) -> tuple[int, int]:
    """Archive, read and store; (articles, pages) taken in. A named document that gives no text goes to `failed`, one that the home
    has already to `known`."""
    names: dict[str, str] = {}
    articles = pages = 0
    with SegmentWriter(session.home.archive, withheld=session.withheld) as writer:
        for page, reading in session.readers().read_all(_archived(writer, session, documents, names, known), _AHEAD):
            session.loader.check()
            session.loader.add(page, reading.outcome, reading.article, reading.error)
            pages += 1
            articles += reading.outcome in {"article", "document"}
            name = names.get(page.raw.record_id)
            if name and reading.outcome in {"discarded", "set_aside", "error"}:
                failed.append((name, plain_reason(reading.error, page.raw)))
            session.shown.step("read", pages)
        for segment in writer.close():
            session.loader.finish_segment(segment)
    return articles, pages


def _archived(
    writer: SegmentWriter, session: Session, documents: Iterable[tuple[str, RawPage]], names: dict[str, str], known: list[str]
) -> Iterator[ArchivedPage]:
    waiting: list[ArchivedPage] = []
    for name, raw in documents:
        is_file = not raw.record_id
        page = replace(raw, record_id=_file_id(raw)) if is_file else raw
        if page.record_id in session.loader.loaded or page.record_id in names:
            known += [name] if name else []
            continue
        names[page.record_id] = name
        came_by_http = not is_file and raw.role != "joined" and not raw.url.startswith("file:")
        heads = HttpHeads(response_headers=[("Content-Type", raw.content_type)]) if came_by_http else None
        waiting.append(writer.add(page, heads))
        if len(waiting) >= SYNCED_TOGETHER:
            yield from _safe(writer, waiting)
    yield from _safe(writer, waiting)


def _safe(writer: SegmentWriter, waiting: list[ArchivedPage]) -> Iterator[ArchivedPage]:
    """The waiting pages, once they are on disk."""
    try:
        writer.sync()
    except ArchiveError:
        writer.drop_unsafe()
        raise
    pages = waiting[:]
    waiting.clear()
    yield from pages


def _file_id(raw: RawPage) -> str:
    """The same document, named the same way, is the same record: ingesting it twice stores it once."""
    said = f"{raw.url}|{raw.source_id}|{raw.given_published}|{hashlib.sha256(raw.body).hexdigest()}"
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, said)}"
