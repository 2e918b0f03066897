"""What every writing command does first and last: lock, recovery, intake of what is archived but not stored, publishing."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.intake import Taken, take_in
from pipelines.load import Loader
from pipelines.rules import Recipe, recipe_for, rules_version
from pipelines.workers import BESIDE_CRAWL, Readers
from r57monitor.cli.progress import Shown
from r57monitor.errors import R57Error, RegistryError, UsageError
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Source
from r57monitor.registry import load_sources, registry_paths
from r57monitor.registry_checks import check_province
from warehouse.archive import Archive
from warehouse.depot import fetch_indexes, open_archive, store_segments
from warehouse.home import Home
from warehouse.journal import Journal
from warehouse.publish import clear_leftovers, ensure_published, has_news, publish
from warehouse.queries.reader import open_published
from warehouse.records import ArchivedPage
from warehouse.traces import clear_traces
from warehouse.withdraw import clean_home, compact, finish, pending_withdrawals, restore_stamps_of_withdrawn
from warehouse.withheld import Withheld, read_withheld

_TELLING_WORDS = 4  # of a headline: a shorter one may stand in any text
_DATES = frozenset({"active_from", "active_until"})


@dataclass(slots=True)
class Session:
    """An open home: the caller holds its lock until the session ends."""

    home: Home
    archive: Archive
    journal: Journal
    loader: Loader
    recipe: Recipe
    shown: Shown
    problems: list[str] = field(default_factory=list)
    snapshot: int | None = None  # number of what was published when the session ended
    taken: Taken = field(default_factory=Taken)
    withheld: Withheld = field(default_factory=Withheld)
    withdrawn: list[Path] = field(default_factory=list)  # digests removed because they quoted what was withdrawn
    niceness: int = 0  # of the readers
    workers: int | None = None  # how many readers; None for as many as the machine bears
    begun: Readers | None = None  # readers that were begun before
    _readers: Readers | None = None

    def readers(self) -> Readers:
        """The worker processes, started when first needed."""
        if self._readers is None:
            self._readers, self.begun = self.begun, None
        if self._readers is None:
            self._readers = Readers(self.recipe, workers=_workers(self.home, self.workers), niceness=self.niceness)
        return self._readers

    def report(self, line: str) -> None:
        """Show a problem, and keep it for the result."""
        if line not in self.problems:
            self.problems.append(line)
            self.shown.say(line)

    def take_in(self) -> Taken:
        """Store what the archive holds beyond the warehouse."""

        def note(page: ArchivedPage, why: str) -> None:
            raw = page.raw
            cause = "the page could not be read"
            self.loader.add_entry(
                self.journal.append("failure", source=raw.source_id, cycle=page.cycle, url=raw.url, role="reading", cause=cause, error=why)
            )

        self.taken = take_in(
            self.archive,
            self.loader,
            self.readers,
            report=self.report,
            note=note,
            step=lambda done: self.shown.step("stored from the archive", done),
        )
        return self.taken

    def end(self) -> None:
        """End the workers and the writer; raises what the writer met."""
        if self._readers is not None:
            self._readers.close()
            self._readers = None
        self.loader.close()


def _workers(home: Home, wanted: int | None) -> int | None:
    return 1 if home.spool_mark.exists() else wanted  # there the machine's other cores work other units


@contextmanager
def open_session(
    home: Home,
    command: str,
    sources: Mapping[str, Source],
    shown: Shown,
    *,
    publishes: bool = False,
    publish_every_s: float | None = None,
    only_news: bool = False,
    reads_surely: bool = False,
) -> Iterator[Session]:
    """Lock the home, recover what a killed process left, open the warehouse, store what it lacks.

    A new home gets an empty published file first, so that readers always have one.

    sources: registered in the warehouse, and journaled, so that a replay knows them without their registry.
    publishes: publish when the session ends well, and every `publish_every_s` seconds while it lasts. only_news: not where nothing came.
    reads_surely: a reader begins at once, and loads its rules while the home is opened.
    """
    with home.lock(command), _ended_by_sigterm(), ExitStack() as started:
        clear_leftovers(home)
        journal = Journal(home.journal)
        readers = _begin_readers(home, {**journaled_sources(journal), **sources}, started) if reads_surely else None
        ensure_published(home)
        archive = open_archive(home)
        for saved in archive.recover():
            shown.say(f"recovered {saved.segment}: {saved.fetches} fetches kept, {saved.dropped_bytes} torn bytes dropped")
        if not home.spool_mark.exists():
            fetch_indexes(archive)
        known = journaled_sources(journal)
        journal_sources(journal, sources, known)
        withdrawn = carry_out_withdrawals(home, known, shown)
        every: dict[str, Any] = (
            {"publish": lambda: publish(home), "publish_every_s": publish_every_s} if publishes and publish_every_s else {}
        )
        every["knows_all"] = command == "ingest"
        with _opened(home, archive, journal, {**known, **sources}, sources, shown, every) as session:
            session.niceness = BESIDE_CRAWL if command == "crawl" else 0
            session.begun = readers
            yield session
        store_segments(home, archive, session.report)
        if publishes and (not only_news or has_news(home)):
            session.snapshot = publish(home).number
        session.withdrawn = withdrawn


def _begin_readers(home: Home, known: Mapping[str, Source], started: ExitStack) -> Readers:
    readers = Readers(recipe_for(home, known), workers=_workers(home, None), first=1)
    started.callback(readers.close)
    return readers


@contextmanager
def _opened(
    home: Home,
    archive: Archive,
    journal: Journal,
    known: Mapping[str, Source],
    sources: Mapping[str, Source],
    shown: Shown,
    every: Mapping[str, Any],
) -> Iterator[Session]:
    """A session whose warehouse holds all that archive and journal hold; the caller holds the lock."""
    names = [segment.name for segment in archive.segments()]
    recipe = recipe_for(home, known)
    loader = Loader(home, segments=names, rules=rules_version(recipe), **every)
    session = Session(home, archive, journal, loader, recipe, shown, withheld=read_withheld(journal))
    try:
        loader.open(sources)
        for entry in journal.iterate():
            loader.add_entry(entry)
        session.take_in()
        yield session
    except BaseException:
        with suppress(R57Error):
            session.end()
        raise
    session.end()


def carry_out_withdrawals(home: Home, known: Mapping[str, Source], shown: Shown) -> list[Path]:
    """Carry out what the journal says is withdrawn and is not yet, with everything that follows; the digests removed.

    The caller holds the home's lock. Killed at any moment, the next writer does it again.
    """
    journal = Journal(home.journal)
    pending = pending_withdrawals(journal)
    if not pending:
        return []
    urls = [str(e["url"]) for e in pending if e.get("url")]
    names = [str(e["name"]) for e in pending if e.get("name")]
    needles = [*titles_of_articles(home, urls), *urls]
    _recall(home, [*needles, *names], str(pending[-1].get("by") or ""), shown)  # first: it may go out at any moment
    clean_home(home, shown.say, lambda done, total: shown.step("segments looked through", done, total))
    with _opened(home, open_archive(home), journal, known, {}, shown, {}):
        pass
    restore_stamps_of_withdrawn(home)
    compact(home)
    publish(home)
    removed = clear_traces(home, needles, names)
    finish(home, pending, removed)
    return removed


def _recall(home: Home, wanted: list[str], by: str, shown: Shown) -> None:
    """Take back letters that wait and hold what is withdrawn, and say so."""
    from r57monitor.delivery.recall import recall_letters

    for letter in recall_letters(home, wanted, by):
        have = f"{letter.have_it} recipients have it already" if letter.have_it else "nobody has it yet"
        shown.say(f"taken back from the outbox, because it held what was withdrawn: {letter.letter_id}; {have}.")


def titles_of_articles(home: Home, urls: Sequence[str]) -> list[str]:
    """Headlines under which articles are published now, those long enough to be told from ordinary words."""
    if not urls:
        return []
    with open_published(home) as reader:
        sql = """SELECT DISTINCT v.title FROM main.article_versions v JOIN main.articles a ON a.article_id = v.article_id
                 WHERE a.url IN (SELECT unnest(?::VARCHAR[]))"""
        rows = reader.rows(sql, [list(urls)])
    return [row["title"] for row in rows if row["title"] and len(row["title"].split()) >= _TELLING_WORDS]


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the command as Ctrl-C does: in order."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def choose_registry(home: Home, registries: Sequence[Path]) -> dict[str, Source]:
    """The registry of one command: the named files instead of the shipped ones; the home's own entries always."""
    sources = load_sources(registry_paths(home.sources, registries))
    gazetteer = load_gazetteer()
    for source in sources.values():
        for problem in check_province(source, gazetteer):
            if problem.level == "error":
                raise RegistryError(f"source {source.id}: {problem.text}.")
    return sources


def choose_source(registry: Mapping[str, Source], source_id: str) -> Source:
    """A source by id; UsageError names those that come near."""
    import difflib

    if source_id in registry:
        return registry[source_id]
    near = difflib.get_close_matches(source_id, registry, n=3)
    if near:
        raise UsageError(f'there is no source "{source_id}". Did you mean {", ".join(near)}?')
    raise UsageError(f'there is no source "{source_id}". `r57 sources list` shows all.')


def journal_sources(journal: Journal, sources: Mapping[str, Source], known: Mapping[str, Source]) -> None:
    """Write down every source that is new or changed since the last crawl."""
    changed = [source for source in sources.values() if known.get(source.id) != source]
    if changed:
        journal.append_all("source", [{"source": source.id, "definition": _to_json(source)} for source in changed])


def journaled_sources(journal: Journal) -> dict[str, Source]:
    """Every source that this home was ever crawled with, as last defined."""
    found: dict[str, Source] = {}
    for entry in journal.iterate():
        if entry["event"] == "source":
            with suppress(TypeError, ValueError, KeyError, RegistryError):
                source = _from_json(entry["definition"])
                found[source.id] = source
    return found


def _to_json(source: Source) -> dict[str, Any]:
    values = asdict(source)
    given = {k: v for k, v in values.items() if v is not None and v is not False and v != "" and v != ()}
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in given.items()}


def _from_json(values: Mapping[str, Any]) -> Source:
    names = {f.name for f in fields(Source)}
    known: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in names}
    for name in _DATES & known.keys():
        known[name] = date.fromisoformat(known[name])
    return Source(**known)
