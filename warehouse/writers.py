"""The one writer: idempotent storing of pages, journal entries and the registry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from r57monitor.errors import R57Error
from r57monitor.gazetteer import Gazetteer
from r57monitor.models import Article, RawPage, Source
from warehouse import facts
from warehouse.db import (
    Connection,
    Row,
    connect_for_writing,
    drop_cache,
    fill_table,
    insert_rows,
    store_on_one_core,
    transaction,
    upsert_rows,
    writing,
)
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.merging import merge_batch, merge_file
from warehouse.rowfile import ROWS, iterate_row_file
from warehouse.withheld import WITHDRAWN, Withheld, is_withdrawal, load_withheld

# What became of a fetch. "unchanged" (an article whose folded text is the one before) is found out when publishing.
OUTCOMES = frozenset({
    "article", "document", "list", "empty", "unchanged", "not_modified",
    "feed", "sitemap", "listing", "homepage", "robots", "part", "redirect", "other",
    "http_error", "refused", "challenge", "login", "maintenance", "not_found", "no_site", "region", "broken", "error", "set_aside",
    "discarded",
    "withdrawn",
})  # fmt: skip

_CLEAR_AFTER = 3_000  # pages; their rows and the keys of fetches and texts stay in memory until then


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """One fetch as the writer takes it: the page (its body may be b"" where no body is needed) and what was read from it."""

    raw: RawPage
    segment: str
    outcome: str
    article: Article | None = None
    elapsed_ms: int | None = None
    error: str | None = None
    size: int | None = None  # bytes of the body where `raw.body` was left out


def without_withdrawn(page: StoredPage, withheld: Withheld) -> StoredPage:
    """The page as it may be stored: without its article, or without what of it is withheld."""
    if page.article is None or not withheld:
        return page
    article = withheld.clean_article(page.article)
    return replace(page, article=article, outcome=page.outcome if article else WITHDRAWN)


class Warehouse:
    """The writer's file. Whoever opens it holds the home's lock; every method is one transaction or a read."""

    def __init__(self, home: Home, con: Connection) -> None:
        self._path = home.warehouse
        self._con = con
        self._uncleared = 0  # pages stored since memory was given back
        self._withdrawals = [e for e in Journal(home.journal).iterate() if is_withdrawal(e)]
        self._withheld = load_withheld(self._withdrawals)

    @classmethod
    def open(cls, home: Home) -> Warehouse:
        """Open or create the warehouse of a home. Raises HomeError where that is impossible."""
        home.prepare()
        con = connect_for_writing(home.warehouse)
        store_on_one_core(con)
        return cls(home, con)

    def close(self) -> None:
        """Write everything to the file and let go of it."""
        self._con.close()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def loaded_records(self, *, all_segments: bool = True) -> set[str]:
        """Ids of the WARC records that are stored. all_segments: also of segments that are stored whole, which are most of the archive."""
        rest = "" if all_segments else "WHERE segment IS NULL OR segment NOT IN (SELECT segment FROM core.segments)"
        with writing(self._path):
            return {name for (name,) in self._con.execute(f"SELECT fetch_id FROM core.fetches {rest}").fetchall()}  # noqa: S608 (constant text)

    def is_segment_loaded(self, name: str) -> bool:
        """Whether a closed archive segment was stored whole."""
        with writing(self._path):
            return self._con.execute("SELECT 1 FROM core.segments WHERE segment = ?", [name]).fetchone() is not None

    def mark_segment_loaded(self, name: str) -> None:
        """Remember that a closed archive segment is stored whole."""
        with writing(self._path):
            self._con.execute("INSERT INTO core.segments VALUES (?) ON CONFLICT DO NOTHING", [name])

    def known_pages(self, source_id: str | None = None) -> dict[str, tuple[datetime, datetime]]:
        """URL of every article to when it was first and last fetched (naive UTC), of one source or of all."""
        sql = """SELECT r.url, min(f.fetched_at), max(f.fetched_at) FROM core.readings r JOIN core.fetches f USING (fetch_id)
                 WHERE $source IS NULL OR f.source_id = $source GROUP BY r.url"""
        with writing(self._path):
            return {url: (first, last) for url, first, last in self._con.execute(sql, {"source": source_id}).fetchall()}

    def store(self, pages: Sequence[StoredPage]) -> int:
        """Store pages in one transaction; those whose record is there already are left out. Returns how many were new.

        Raises R57Error for an outcome that is not in OUTCOMES; nothing is stored then.
        """
        fresh = self._fresh(pages)
        if not fresh:
            return 0
        rows = BatchRows()
        for page in fresh.values():
            rows.add(without_withdrawn(page, self._withheld))
        with writing(self._path), transaction(self._con):
            known = self._known_texts({key[0] for key in rows.articles})
            rows.add_texts(known)
            for table, content in rows.tables().items():
                fill_table(self._con, table, content)
        self._give_back(len(fresh))
        return len(fresh)

    def _give_back(self, stored: int) -> None:
        """Memory, now and then."""
        self._uncleared += stored
        if self._uncleared >= _CLEAR_AFTER:
            with writing(self._path):
                drop_cache(self._con)
            self._uncleared = 0

    def merge(self, file: Path, segments: Iterable[str]) -> int:
        """Store all rows of segments that were read elsewhere, in a file of rows or a warehouse file; how many fetches were new.

        Raises ArchiveError where the file cannot be read: its segments are not marked then.
        """
        with writing(self._path):
            if file.suffix == ROWS:
                count = sum(merge_batch(self._con, batch) for batch in iterate_row_file(file))
            else:
                count = merge_file(self._con, file)
        self._give_back(count)
        for segment in segments:
            self.mark_segment_loaded(segment)
        return count

    def _fresh(self, pages: Sequence[StoredPage]) -> dict[str, StoredPage]:
        named: dict[str, StoredPage] = {}
        for page in pages:
            named.setdefault(facts.make_fetch_id(page.raw, page.outcome), page)
        with writing(self._path):
            sql = "SELECT fetch_id FROM core.fetches WHERE fetch_id IN (SELECT unnest(?::VARCHAR[]))"
            for (fetch_id,) in self._con.execute(sql, [list(named)]).fetchall():
                del named[fetch_id]
        return named

    def _known_texts(self, article_ids: set[str]) -> set[tuple[str, str]]:
        sql = "SELECT article_id, text_hash FROM core.texts WHERE article_id IN (SELECT unnest(?::VARCHAR[]))"
        return set(self._con.execute(sql, [sorted(article_ids)]).fetchall()) if article_ids else set()

    def store_journal(self, entries: Iterable[Mapping[str, Any]]) -> int:
        """Store journal entries in one transaction, each once however often it is given. Returns how many were given.

        What they withdraw is kept out of every page that is stored from then on.
        """
        given = list(entries)
        known = {e.get("id") for e in self._withdrawals}
        if fresh := [dict(e) for e in given if is_withdrawal(e) and (e["event"] != "withdrawal" or e.get("id") not in known)]:
            self._withdrawals += fresh
            self._withheld = load_withheld(self._withdrawals)
        rows = {row["entry_id"]: row for row in (facts.journal_row(e, self._withheld.clean_entry(e)) for e in given)}
        with writing(self._path), transaction(self._con):
            insert_rows(self._con, "core.journal", list(rows.values()))
        return len(rows)

    def register_sources(self, sources: Iterable[Source] | Mapping[str, Source], gazetteer: Gazetteer) -> None:
        """Write the registry's entries over the ones stored; sources that are no longer in it stay, for their articles."""
        values = cast("Iterable[Source]", sources.values() if isinstance(sources, Mapping) else sources)
        rows = {source.id: _source_row(source, gazetteer) for source in values}
        with writing(self._path), transaction(self._con):
            upsert_rows(self._con, "core.sources", "source_id", list(rows.values()))

    def set_meta(self, key: str, value: str) -> None:
        """Remember one value about the warehouse (such as the version of the rules it was read with)."""
        with writing(self._path):
            self._con.execute("INSERT INTO core.meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", [key, value])

    def get_meta(self, key: str) -> str | None:
        """The value remembered under a key."""
        with writing(self._path):
            row = self._con.execute("SELECT value FROM core.meta WHERE key = ?", [key]).fetchone()
        return row[0] if row else None


class BatchRows:
    """Rows of one batch, by table."""

    def __init__(self) -> None:
        self.fetches: list[Row] = []
        self.readings: list[Row] = []
        self.articles: dict[tuple[str, str], Article] = {}
        self.texts: list[Row] = []
        self.provinces: list[Row] = []
        self.documents: list[Row] = []
        self.figures: list[Row] = []

    def add(self, page: StoredPage) -> None:
        """A page's fetch and reading; its text waits in `articles`. Raises R57Error for an outcome that is not in OUTCOMES."""
        if page.outcome not in OUTCOMES:
            raise R57Error(f'"{page.outcome}" is no known outcome of a fetch ({page.raw.url}).')
        extracted = page.article.extracted if page.article else None
        outcome = page.outcome
        if outcome in {"article", "document", "unchanged"} and extracted:
            outcome = "article" if extracted.page_type in facts.KEPT_PAGES else extracted.page_type
        size = page.size if page.size is not None else len(page.raw.body)
        row = facts.fetch_row(page.raw, outcome, page.segment, page.elapsed_ms, page.error, size)
        row["fetch_id"] = facts.make_fetch_id(page.raw, page.outcome)
        self.fetches.append(row)
        if page.article and extracted and outcome == "article":
            reading = facts.reading_row(row["fetch_id"], page.article, extracted)
            self.readings.append(reading)
            self.articles.setdefault((reading["article_id"], reading["text_hash"]), page.article)

    def add_texts(self, known: Collection[tuple[str, str]] = ()) -> None:
        """What was read from the texts of `articles`, but for those that are known already."""
        for key, article in self.articles.items():
            if key not in known:
                self._add_text(key, article)

    def _add_text(self, key: tuple[str, str], article: Article) -> None:
        if article.extracted is None:
            return
        self.texts.append(facts.text_row(*key, article, article.extracted))
        self.provinces.extend(facts.province_rows(*key, article))
        self.documents.extend(facts.document_rows(*key, article))
        self.figures.extend(facts.figure_rows(*key, article))

    def tables(self) -> dict[str, list[Row]]:
        """All rows by the name of their table."""
        return {
            "core.fetches": self.fetches,
            "core.readings": self.readings,
            "core.texts": self.texts,
            "core.text_provinces": self.provinces,
            "core.text_documents": self.documents,
            "core.text_figures": self.figures,
        }


def _source_row(source: Source, gazetteer: Gazetteer) -> Row:
    entity = gazetteer.by_name(source.province) if source.province else None
    return {
        "source_id": source.id,
        "name": source.name,
        "kind": source.kind,
        "publisher": source.publisher or source.id,
        "province_id": entity.id if entity else None,
        "province": source.province,
        "homepage": source.homepage,
        "language": source.language,
        "active_from": source.active_from,
        "active_until": source.active_until,
        "verified": source.verified,
        "practice": source.practice,
    }
