"""The one writer: a thread of its own that puts rows into the warehouse in batches, and publishes now and then."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from r57monitor.errors import R57Error
from r57monitor.gazetteer import load_gazetteer
from r57monitor.models import Article, RawPage, Source
from warehouse.home import Home
from warehouse.journal import Entry
from warehouse.records import ArchivedPage
from warehouse.writers import StoredPage, Warehouse

BATCH = 500  # what one insert costs does not grow with its rows; of a crash the archive remembers more than that
WAIT_S = 2.0


@dataclass(frozen=True, slots=True)
class _Done:
    """Marks a segment whose fetches have all been queued."""

    segment: str


@dataclass(frozen=True, slots=True)
class _Merge:
    """A warehouse file with the rows of some segments; it is removed once they are stored."""

    file: Path
    segments: tuple[str, ...]


_Thing = StoredPage | Entry | _Done | _Merge


class Loader:
    """Takes rows from any thread and stores them in order; a batch is one transaction.

    The warehouse is opened, used and closed in the loader's thread only. A failed store ends the loader: `error` says
    why, later rows are not taken, and the next run stores them from the archive.
    segments: names of the archive's closed segments. rules: version of the rules that pages are read with.
    knows_all: `loaded` has the records of all segments (for those that come from other archives).
    publish: called between batches every `publish_every_s` seconds, while rows come.
    """

    def __init__(
        self,
        home: Home,
        *,
        segments: Sequence[str] = (),
        rules: str = "",
        publish: Callable[[], object] | None = None,
        publish_every_s: float = 240.0,
        knows_all: bool = False,
    ) -> None:
        self._home = home
        self._knows_all = knows_all
        self._rules = rules
        self._publish = publish
        self._every = publish_every_s
        self._queue: queue.Queue[_Thing | None] = queue.Queue()
        self._ready = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)
        self.error: R57Error | None = None
        self.loaded: set[str] = set()  # record ids the warehouse held when it was opened, of segments that it does not hold whole
        self.segments = set(segments)  # after opening: those the warehouse holds whole
        self._sources: Mapping[str, Source] = {}
        self.stored = 0
        self.on_error: Callable[[], None] | None = None

    def open(self, sources: Mapping[str, Source]) -> None:
        """Open the warehouse and bring its sources up to date. Raises what opening raises."""
        self._sources = sources
        self._thread.start()
        self._ready.wait()
        self.check()

    def check(self) -> None:
        """Raise the fault that ended the loader, if one did."""
        if self.error is not None:
            raise self.error

    def is_segment_loaded(self, name: str) -> bool:
        return name in self.segments

    def add(self, page: ArchivedPage, outcome: str, article: Article | None, error: str | None) -> None:
        """Queue the rows of one archived page."""
        self._put(stored_page(page, outcome, article, error))

    def add_entry(self, entry: Entry) -> None:
        """Queue one journal entry."""
        self._put(entry)

    def merge(self, file: Path, segments: Iterable[str]) -> None:
        """Queue a warehouse file with all rows of some segments; the file is removed once they are stored."""
        self._put(_Merge(file, tuple(segments)))

    def finish_segment(self, name: str) -> None:
        """Say that every fetch of a closed segment has been queued: later runs need not look into it."""
        self._put(_Done(name))

    def _put(self, thing: _Thing) -> None:
        if self.error is None:
            self._idle.clear()
            self._queue.put(thing)

    def flush(self) -> None:
        """Wait until everything queued so far is stored. Raises the fault that prevented it."""
        while not self._idle.wait(0.05):
            if not self._thread.is_alive():
                break
        self.check()

    def close(self) -> None:
        """Store what is queued, close the warehouse, end the thread. Raises the fault that prevented it."""
        self._queue.put(None)
        if self._thread.ident is not None:
            self._thread.join()
        self.check()

    def _run(self) -> None:
        try:
            warehouse = Warehouse.open(self._home)
            try:
                warehouse.register_sources(self._sources.values(), load_gazetteer())
                if self._rules:
                    warehouse.set_meta("rules_version", self._rules)
                self.loaded = warehouse.loaded_records(all_segments=self._knows_all)
                self.segments = {name for name in self.segments if warehouse.is_segment_loaded(name)}
                self._ready.set()
                self._work(warehouse)
            finally:
                warehouse.close()
        except R57Error as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 (the thread must hand every fault to the one who waits for it)
            self.error = R57Error(f"the warehouse {self._home.warehouse} could not be written: {type(error).__name__}: {error}")
        finally:
            self._ready.set()
            self._idle.set()
            if self.error is not None and self.on_error is not None:
                self.on_error()

    def _work(self, warehouse: Warehouse) -> None:
        published = time.monotonic()
        fresh = False
        ended = False
        while not ended:
            batch, ended = self._take()
            if batch:
                self._store(warehouse, batch)
                fresh = True
            if self._queue.empty():
                self._idle.set()
            if self._publish and fresh and not ended and time.monotonic() - published >= self._every:
                self._publish()
                published, fresh = time.monotonic(), False

    def _take(self) -> tuple[list[_Thing], bool]:
        """Up to BATCH things, at most WAIT_S after the first; True when the end was reached."""
        batch: list[_Thing] = []
        deadline = time.monotonic() + WAIT_S
        while len(batch) < BATCH:
            with suppress(queue.Empty):
                thing = self._queue.get(timeout=max(0.01, deadline - time.monotonic()))
                if thing is None:
                    return batch, True
                batch.append(thing)
            if time.monotonic() >= deadline:
                break
        return batch, False

    def _store(self, warehouse: Warehouse, batch: list[_Thing]) -> None:
        pages = [thing for thing in batch if isinstance(thing, StoredPage)]
        entries = [thing for thing in batch if isinstance(thing, dict)]
        if entries:  # first: what they withdraw must not be stored
            warehouse.store_journal(entries)
        if pages:
            warehouse.store(pages)
            self.stored += len(pages)
        for thing in batch:
            if isinstance(thing, _Done):
                warehouse.mark_segment_loaded(thing.segment)
            elif isinstance(thing, _Merge):
                self.stored += warehouse.merge(thing.file, thing.segments)
                thing.file.unlink()


def stored_page(page: ArchivedPage, outcome: str, article: Article | None, error: str | None) -> StoredPage:
    """What the writer takes of an archived page and its reading."""
    raw: RawPage = page.raw
    return StoredPage(
        raw=raw, segment=page.segment, outcome=outcome, article=article, elapsed_ms=page.elapsed_ms, error=error, size=page.size
    )
